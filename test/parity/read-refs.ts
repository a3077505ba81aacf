import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { readSafetensors } from '../../ml/nn/safetensors/read-safetensors.ts';
import type { Tensor } from '../../ml/nn/tensor.ts';

/** The tensors of a safetensors file; asking for one that is not there is an error. */
export async function readTensors(
  ...parts: string[]
): Promise<{ readonly names: readonly string[]; has(name: string): boolean; get(name: string): Tensor }> {
  const { tensors } = readSafetensors(await readFile(path.join(...parts)));
  return {
    names: Object.keys(tensors),
    has: (name) => Object.hasOwn(tensors, name),
    get(name) {
      const tensor = tensors[name];
      if (tensor === undefined) throw new Error(`${path.join(...parts)} must hold ${name}`);
      return tensor;
    },
  };
}

/** A reference file of a known shape: it is ours, so its fields are believed. */
export async function readRefs<T>(...parts: string[]): Promise<T> {
  return JSON.parse(await readFile(path.join(...parts), 'utf8')) as T;
}

/** Whether a folder has all these files. */
export const hasFiles = (folder: string, ...files: string[]): boolean =>
  files.every((file) => existsSync(path.join(folder, ...file.split('/'))));
