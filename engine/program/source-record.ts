import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';

/** The files that something was made of, by absolute path: SHA-256 of their content in hex, null for one that wasn't there and would have
 *  made a difference. */
export type SourceRecord = Readonly<Record<string, string | null>>;

/** Whether every file is still as it was, by content: a copy that keeps times and sizes doesn't deceive it. */
export const isUnchanged = (record: SourceRecord): boolean =>
  Object.entries(record).every(([path, digest]) => contentDigest(path) === digest);

export const recordOf = (paths: Iterable<string>): SourceRecord =>
  Object.fromEntries([...paths].map((path) => [path, contentDigest(path)]));

/** Whether a file of the record was saved so shortly before `began` (milliseconds since 1970), or after, that what was made since may be of
 *  either content. */
export const isUnsettled = (record: SourceRecord, began: number): boolean =>
  Object.keys(record).some((path) => (statSync(path, { throwIfNoEntry: false })?.ctimeMs ?? 0) >= began - CLOCK_STEP);

/** File times move in steps of the kernel's clock: 1 to 10 ms. */
const CLOCK_STEP = 50;

export const sha256Of = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

function contentDigest(path: string): string | null {
  try {
    return sha256Of(readFileSync(path));
  } catch (error) {
    if (existsSync(path)) throw error;
    return null;
  }
}
