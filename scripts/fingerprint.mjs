import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { inHouse } from './house.mjs';

/** SHA-256 over the names and contents of files and folders of the house; tests beside the source don't count.
 * @param {string[]} paths */
export function fingerprint(...paths) {
  const hash = createHash('sha256');
  for (const path of paths.flatMap(filesOf))
    hash
      .update(`${path}\0`)
      .update(readFileSync(inHouse(path)))
      .update('\0');
  return hash.digest('hex');
}

/** @param {string} path @returns {string[]} */
function filesOf(path) {
  const stat = statSync(inHouse(path), { throwIfNoEntry: false });
  if (!stat) return [];
  if (stat.isFile()) return /\.test\.ts$/.test(path) ? [] : [path];
  return readdirSync(inHouse(path))
    .sort()
    .flatMap((name) => filesOf(join(path, name)));
}
