import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { HoplineError } from '../../../engine/plan/errors.ts';
import type { TensorMap } from '../../nn/index.ts';
import { readSafetensors } from '../../nn/safetensors/read-safetensors.ts';
import { writeSafetensors } from '../../nn/safetensors/write-safetensors.ts';
import { requireNoNaN } from '../onnx/index.ts';

export const WEIGHTS_FILE = 'model.safetensors';

/** The tensors of a checkpoint of transformers by the names inside its base model, in the layout of the file. */
export interface TorchWeights {
  readonly tensors: TensorMap;
  /** The checkpoint with other numbers: all tensors of the file under the file's own names, in float32; those of `changed` replaced, and those
   *  of `added` beside them under the names they have here. */
  write(changed: TensorMap, added?: TensorMap, metadata?: Readonly<Record<string, string>>): Uint8Array;
}

/** Reads model.safetensors of a folder. Names lose what comes before the base model (`bert.` in a checkpoint with a task's head), and
 *  LayerNorm's `gamma` and `beta` of old checkpoints become `weight` and `bias`. What lies beside the base model keeps its name.
 *  @param landmark a tensor that every such model has: what stands before it is the prefix
 *  @throws HoplineError MODEL_FILE_MISSING, MODEL_TENSOR_MISSING, MODEL_NOT_FINITE, SAFETENSORS_INVALID */
export async function readTorchWeights(folder: string, landmark: string): Promise<TorchWeights> {
  const file = path.join(folder, WEIGHTS_FILE);
  if (!existsSync(file)) throw missingFile(folder);
  return torchWeights(await readFile(file), landmark);
}

/** The same from the bytes of the file. */
export function torchWeights(file: Uint8Array, landmark: string): TorchWeights {
  const { tensors: stored, metadata } = readSafetensors(file);
  const found = Object.keys(stored).find((name) => name === landmark || name.endsWith(`.${landmark}`));
  if (found === undefined) throw missingTensor(landmark, 'nothing of that name');
  const prefix = found.slice(0, found.length - landmark.length);
  const nameOf = (own: string): string => modernName(own.startsWith(prefix) ? own.slice(prefix.length) : own);
  const storedNames = new Map(Object.keys(stored).map((own) => [nameOf(own), own] as const));
  const tensors = Object.fromEntries([...storedNames].map(([name, own]) => [name, stored[own]!]));
  for (const [name, { data }] of Object.entries(tensors)) {
    if (data instanceof Float32Array) requireNoNaN(`${WEIGHTS_FILE} ${name}`, data);
  }
  return {
    tensors,
    write: (changed, added = {}, words = {}) =>
      writeSafetensors(
        {
          ...stored,
          ...Object.fromEntries(
            Object.entries(changed).map(([name, tensor]) => [storedNames.get(name) ?? prefix + name, tensor]),
          ),
          ...added,
        },
        { metadata: { format: 'pt', ...metadata, ...words } },
      ),
  };
}

const modernName = (name: string): string => name.replace(/\.gamma$/, '.weight').replace(/\.beta$/, '.bias');

function missingFile(folder: string): HoplineError {
  const pickled = existsSync(path.join(folder, 'pytorch_model.bin'));
  return new HoplineError(
    'MODEL_FILE_MISSING',
    `model folder must hold ${WEIGHTS_FILE} or onnx/model.onnx, got ${path.basename(folder)} without either`,
    {
      hint: pickled
        ? 'pytorch_model.bin may run code and is not read: model.save_pretrained(FOLDER, safe_serialization=True) in Python'
        : 'copy the whole folder; weights in several files have to be joined: model.save_pretrained(FOLDER, max_shard_size="2GB")',
    },
  );
}

/** A tensor that the configuration asks for and the file lacks, or has in another shape. */
export const missingTensor = (name: string, got: string): HoplineError =>
  new HoplineError('MODEL_TENSOR_MISSING', `${WEIGHTS_FILE} must hold ${name}, got ${got}`, {
    hint: 'copy config.json and model.safetensors from the same model',
  });
