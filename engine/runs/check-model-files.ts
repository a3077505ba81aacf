import { type FileHandle, open } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { HoplineError } from '../plan/errors.ts';
import type { ModelFolder } from '../plan/model-adapter.ts';
import { readSafetensorsHeader } from './safetensors-header.ts';

const PICKLED = new Set(['.bin', '.pt', '.pth', '.ckpt', '.pkl', '.pickle']);
/** Bytes at the beginning of a zip archive within which the first entry's name lies. */
const BEGINNING = 4096;
/** What ends every pickle. */
const STOP = '.'.charCodeAt(0);

/** What is refused whatever the adapter: pickles, which run code when they are read, and safetensors files that are cut off.
 *  @throws MODEL_FILE_UNSAFE, MODEL_FILE_INVALID */
export async function checkModelFiles({ path, files }: ModelFolder): Promise<void> {
  for (const file of files) {
    if (file.endsWith('.safetensors')) await checkSafetensors(path, file);
    else if (await isPickle(join(path, file), PICKLED.has(extname(file)))) {
      throw new HoplineError(
        'MODEL_FILE_UNSAFE',
        `model.${file} must be no pickle, got one, which would run code when it is read`,
        {
          hint: 'save the weights as safetensors or ONNX, and leave this file out of the folder',
        },
      );
    }
  }
}

async function checkSafetensors(folder: string, file: string): Promise<void> {
  const header = await readSafetensorsHeader(join(folder, file)).catch((cause: unknown) => {
    throw new HoplineError('MODEL_FILE_INVALID', `model.${file} must be safetensors, got ${(cause as Error).message}`, { cause });
  });
  if (header.size === header.expectedSize) return;
  throw new HoplineError(
    'MODEL_FILE_INVALID',
    `model.${file} must have the ${header.expectedSize} bytes that its header names, got ${header.size}`,
    {
      hint:
        header.size < header.expectedSize ? 'the file is cut off: copy or download it again' : 'something was added to the file',
    },
  );
}

/** A pickle of protocol 2 to 5, or PyTorch's archive of one. Where the name doesn't say so, it must end as one too: weights may begin with
 *  any two bytes. */
async function isPickle(path: string, named: boolean): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(BEGINNING), 0, BEGINNING, 0);
    const bytes = buffer.subarray(0, bytesRead);
    if (bytes[0] === 0x80 && bytes[1]! >= 2 && bytes[1]! <= 5) return named || (await lastByte(file)) === STOP;
    return bytes.subarray(0, 4).equals(Buffer.from('PK\x03\x04', 'latin1')) && bytes.includes('data.pkl');
  } finally {
    await file.close();
  }
}

async function lastByte(file: FileHandle): Promise<number | undefined> {
  const { size } = await file.stat();
  return (await file.read(Buffer.alloc(1), 0, 1, size - 1)).buffer[0];
}
