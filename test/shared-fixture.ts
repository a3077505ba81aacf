import { existsSync } from 'node:fs';
import path from 'node:path';

/** For tests: a folder of reference numbers under $HOPLINE_SHARED/fixtures, or null (with the reason printed) where it is missing. */
export function sharedFixture(...parts: string[]): string | null {
  const folder = path.resolve(process.env.HOPLINE_SHARED ?? '../shared', 'fixtures', ...parts);
  if (existsSync(folder)) return folder;
  console.warn(`skipped: ${path.join('fixtures', ...parts)} is not there; set HOPLINE_SHARED`);
  return null;
}
