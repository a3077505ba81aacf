import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from './build.ts';
import { buildIsCurrent } from './build-is-current.ts';
import { builtFile } from './built-file.ts';
import { houseFolder } from './house.ts';

/** Arguments after `node` that run a TypeScript file of ours, from any working folder: its build where this process runs from one that is
 *  still that of the sources, else the source with the tsx that we brought. `flags` are node's own. */
export function nodeArguments(entry: string, flags: readonly string[] = []): string[] {
  if (build?.entries.includes(entry) && buildIsCurrent(build)) return [...flags, builtFile(build, entry)];
  return [...flags, '--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href, resolve(houseFolder, entry)];
}
