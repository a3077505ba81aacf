import { existsSync } from 'node:fs';
import path from 'node:path';
import { HoplineError } from '../../../../engine/plan/errors.ts';

/** Where exports keep their models, and what transformers.js appends for a type of numbers. */
const folders = ['onnx', '.'];
const suffixes = ['', '_fp16'];

/** The first of the files `onnx/NAME.onnx`, `NAME.onnx`, `onnx/NAME_fp16.onnx`, ... that is there; undefined where none is. */
export function findOnnxFile(folder: string, names: readonly string[]): string | undefined {
  for (const suffix of suffixes)
    for (const inside of folders)
      for (const name of names) {
        const file = path.join(folder, inside, `${name}${suffix}.onnx`);
        if (existsSync(file)) return file;
      }
  return undefined;
}

/** @throws HoplineError MODEL_FILE_MISSING */
export function requireOnnxFile(folder: string, names: readonly string[]): string {
  const file = findOnnxFile(folder, names);
  if (file) return file;
  throw new HoplineError(
    'MODEL_FILE_MISSING',
    `model folder must hold onnx/${names[0]}.onnx, got ${path.basename(folder)} without it`,
    {
      hint:
        names.length > 1
          ? `other names that are known: ${names.slice(1).join(', ')}`
          : 'export the model again, or copy the whole folder',
    },
  );
}
