import { existsSync } from 'node:fs';
import path from 'node:path';

/** For tests and benches: the folder of a published dataset under $HOPLINE_SHARED, or null (with the reason printed) where it is missing. */
export function sharedData(...parts: string[]): string | null {
  const folder = path.resolve(process.env.HOPLINE_SHARED ?? '../shared', 'data', ...parts);
  if (existsSync(folder)) return folder;
  console.warn(`skipped: ${path.join('data', ...parts)} is not there; set HOPLINE_SHARED`);
  return null;
}
