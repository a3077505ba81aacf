import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { build } from './build.ts';
import { builtFile } from './built-file.ts';
import { houseFolder } from './house.ts';

/** Starts a thread of this process that runs a TypeScript file of ours: its build where the process runs from one, else the source. */
export function startThread(entry: string): Worker {
  if (build?.entries.includes(entry)) return new Worker(builtFile(build, entry), { execArgv: [] });
  const begin = join(houseFolder, 'engine/program/source-thread.mjs');
  return new Worker(begin, { execArgv: [], workerData: { entry: pathToFileURL(join(houseFolder, entry)).href } });
}
