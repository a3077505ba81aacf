import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { imageType } from '../../engine/store/image-type.ts';

/** Writes pictures into a folder, each under the beginning of its sample's key. @returns their paths by sample key. */
export async function writePictures(pictures: ReadonlyMap<string, Uint8Array>, folder: string): Promise<Map<string, string>> {
  const paths = new Map<string, string>();
  if (pictures.size > 0) await mkdir(folder, { recursive: true });
  for (const [key, bytes] of pictures) {
    const path = join(folder, `${key.slice(0, 16)}.${imageType(bytes)?.extension ?? 'bin'}`);
    await writeFile(path, bytes);
    paths.set(key, path);
  }
  return paths;
}
