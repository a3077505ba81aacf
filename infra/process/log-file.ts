import { closeSync, mkdirSync, openSync, readSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

const ROTATE_AT = 20 * 1024 * 1024;

/** Opens a log for appending; a log over 20 MB becomes `.1` first. */
export function openLog(path: string): number {
  mkdirSync(dirname(path), { recursive: true });
  if (sizeOf(path) > ROTATE_AT) renameSync(path, `${path}.1`);
  return openSync(path, 'a', 0o600);
}

export function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** What a log has gained since it was `from` bytes long, at most its last 64 KB: a Go program's stack comes after its reason. */
export function logSince(path: string, from: number): string {
  const size = sizeOf(path);
  const start = Math.max(from, size - 65_536);
  if (size <= start) return '';
  const buffer = Buffer.alloc(size - start);
  const file = openSync(path, 'r');
  try {
    return buffer.subarray(0, readSync(file, buffer, 0, buffer.length, start)).toString('utf8');
  } finally {
    closeSync(file);
  }
}
