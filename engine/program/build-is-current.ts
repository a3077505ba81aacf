import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Build } from './build.ts';
import { houseFolder } from './house.ts';

/** Whether the sources are still those that the build was made of, by their times and sizes: 4 ms. A package without sources is. */
export function buildIsCurrent({ folder }: Build): boolean {
  try {
    const inputs = JSON.parse(readFileSync(join(houseFolder, folder, 'inputs.json'), 'utf8')) as Record<string, string>;
    return Object.entries(inputs).every(([path, stamp]) => {
      const found = statSync(join(houseFolder, path), { throwIfNoEntry: false });
      return found !== undefined && `${found.mtimeMs} ${found.size}` === stamp;
    });
  } catch {
    return false;
  }
}
