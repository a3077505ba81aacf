import type { ApiClient } from '../client/api-client.ts';
import type { Sample } from '../operations/lineage.ts';
import type { Cells } from '../terminal/fit-cells.ts';
import type { PictureMode } from '../terminal/picture-mode.ts';
import { type DrawPicture, drawPicture } from './draw-picture.ts';
import { readPictures } from './read-pictures.ts';
import { writePictures } from './write-pictures.ts';

export interface ShowOptions {
  mode: PictureMode;
  /** Where files go. */
  folder: string;
  /** Most room for one picture. */
  most: Cells;
}

export interface ShownPictures {
  /** In words where each is: the path of its file, or why it can't be shown. By sample key. */
  places: Map<string, string>;
  drawn: Map<string, DrawPicture>;
}

/** Gets the pictures among samples, and writes or draws them. One that can't be read or decoded is told of and doesn't keep the rest away. */
export async function showPictures(
  client: ApiClient,
  samples: Iterable<Sample>,
  { mode, folder, most }: ShowOptions,
): Promise<ShownPictures> {
  const shown: ShownPictures = { places: new Map(), drawn: new Map() };
  if (mode === 'none') return shown;
  const pictures = await readPictures(client, samples, (key, error) => shown.places.set(key, `(not readable: ${error.code})`));
  if (mode === 'files') {
    for (const [key, path] of await writePictures(pictures, folder)) shown.places.set(key, path);
    return shown;
  }
  for (const [key, bytes] of pictures) {
    const draw = await drawPicture(bytes, mode, most).catch(() => null);
    if (draw) shown.drawn.set(key, draw);
    else shown.places.set(key, '(no picture that can be decoded)');
  }
  return shown;
}
