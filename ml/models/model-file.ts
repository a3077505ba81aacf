import type { TensorMap } from '../nn/index.ts';
import { readSafetensors } from '../nn/safetensors/read-safetensors.ts';
import { writeSafetensors } from '../nn/safetensors/write-safetensors.ts';
import { ModelError } from './model-error.ts';

/** Name of the file in a model folder. */
export const MODEL_FILE = 'model.safetensors';

export type ModelKind = 'tiny-vq-codebook' | 'tiny-mini-clip' | 'tiny-t2i' | 'tiny-captioner';

/** A model file: fp16 tensors; the header says what it is and whence. */
export function writeModelFile(kind: ModelKind, tensors: TensorMap, metadata: Record<string, string> = {}): Uint8Array {
  return writeSafetensors(tensors, { metadata: { ...metadata, kind, format: 'hopline/1' }, half: true });
}

/** @throws MODEL_WRONG_KIND when the file is another model's */
export function readModelFile(kind: ModelKind, bytes: Uint8Array): TensorMap {
  const { tensors, metadata } = readSafetensors(bytes);
  if (metadata.kind === kind) return tensors;
  throw new ModelError(
    'MODEL_WRONG_KIND',
    `model.kind must be ${kind}, got ${JSON.stringify(metadata.kind ?? null)}`,
    'hopline models ls',
  );
}

/** The tensors under `prefix.`, without it. */
export function tensorsUnder(prefix: string, tensors: TensorMap): TensorMap {
  const inside = Object.entries(tensors).filter(([name]) => name.startsWith(`${prefix}.`));
  return Object.fromEntries(inside.map(([name, tensor]) => [name.slice(prefix.length + 1), tensor]));
}

export function withPrefix(prefix: string, tensors: TensorMap): TensorMap {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [`${prefix}.${name}`, tensor]));
}
