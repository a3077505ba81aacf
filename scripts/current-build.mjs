import { readFileSync, statSync } from 'node:fs';
import { inHouse } from './house.mjs';

/** The folder of the programs' build as a path from the house, or null where there is none or a source has changed since (times and sizes,
 *  4 ms). `engine/program/build-is-current.ts` asks the same inside a build.
 * @param {boolean} isCheckout a package has no sources that could change
 * @returns {string | null} */
export function currentBuild(isCheckout) {
  try {
    const folder = `generated/program/${readFileSync(inHouse('generated/program/current'), 'utf8')}`;
    if (!isCheckout) return folder;
    /** @type {Record<string, string>} */
    const inputs = JSON.parse(readFileSync(inHouse(folder, 'inputs.json'), 'utf8'));
    for (const [path, stamp] of Object.entries(inputs)) {
      const found = statSync(inHouse(path), { throwIfNoEntry: false });
      if (!found || `${found.mtimeMs} ${found.size}` !== stamp) return null;
    }
    return folder;
  } catch {
    return null;
  }
}
