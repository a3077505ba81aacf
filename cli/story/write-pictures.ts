import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { imageType } from '../../engine/store/image-type.ts';
import type { ApiClient } from '../client/api-client.ts';
import type { Sample } from '../operations/lineage.ts';

/** Writes the pictures among samples into a folder, each under the beginning of its key. @returns their paths by sample key. */
export async function writePictures(client: ApiClient, samples: Iterable<Sample>, folder: string): Promise<Map<string, string>> {
  const paths = new Map<string, string>();
  for (const [key, bytes] of await readPictures(client, samples)) {
    await mkdir(folder, { recursive: true });
    const path = join(folder, `${key.slice(0, 16)}.${imageType(bytes)?.extension ?? 'bin'}`);
    await writeFile(path, bytes);
    paths.set(key, path);
  }
  return paths;
}

/** The bytes of the pictures among samples, by sample key. */
export async function readPictures(
  client: ApiClient,
  samples: Iterable<Pick<Sample, 'key' | 'modality' | 'failed'>>,
): Promise<Map<string, Uint8Array>> {
  const pictures = new Map<string, Uint8Array>();
  for (const { key, modality, failed } of samples) {
    if (modality === 'IMAGE' && failed === null && !pictures.has(key))
      pictures.set(key, await client.bytes(`/samples/${key}/image`));
  }
  return pictures;
}
