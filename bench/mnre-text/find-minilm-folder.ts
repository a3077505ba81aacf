import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { minilmCache } from '../../test/parity/fetch-minilm.ts';

/** The first folder with config.json and model.safetensors in $HOPLINE_MINILM or where parity keeps its copy; undefined, with the reason
 *  printed, where there is none. */
export function findMinilmFolder(): string | undefined {
  for (const place of [process.env.HOPLINE_MINILM, minilmCache()]) {
    if (!place || !existsSync(place)) continue;
    const inside = (readdirSync(place, { recursive: true }) as string[]).filter(
      (file) => path.basename(file) === 'model.safetensors',
    );
    const folders = inside.map((file) => path.dirname(path.join(place, file)));
    const found = folders.find((folder) => existsSync(path.join(folder, 'config.json')));
    if (found) return found;
  }
  console.warn('skipped: there is no model to train on; --model DIR or HOPLINE_MINILM names one');
  return undefined;
}
