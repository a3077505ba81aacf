import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Picture } from './picture.ts';
import { decodePicture } from './png.ts';
import { DatasetError } from './row-error.ts';

/** The bytes of a picture file of a dataset. @throws DATASET_PICTURE_MISSING */
export async function readPictureBytes(folder: string, file: string, where: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(path.join(folder, file)));
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new DatasetError(
      'DATASET_PICTURE_MISSING',
      where,
      `must have its picture ${file}`,
      reason,
      'restore the picture or remove the row',
    );
  }
}

/** @throws DATASET_PICTURE_INVALID when the bytes are not a picture */
export async function decodePictureOf(bytes: Uint8Array, file: string, where: string): Promise<Picture> {
  try {
    return await decodePicture(bytes);
  } catch (cause) {
    throw new DatasetError(
      'DATASET_PICTURE_INVALID',
      where,
      `must have a readable picture ${file}`,
      (cause as Error).message,
      'restore the picture or remove the row',
    );
  }
}
