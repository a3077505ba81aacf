import type { Digest } from '../plan/digest.ts';
import { HoplineError } from '../plan/errors.ts';
import { byteas } from './column-values.ts';
import type { Tx } from './db.ts';
import { pagesOf } from './pages.ts';
import type { Ids } from './task-commit.ts';

/** Ids of samples by key. @throws SAMPLE_NOT_FOUND */
export async function sampleIds(tx: Tx, keys: Iterable<Digest>): Promise<Ids> {
  const distinct = [...new Set(keys)];
  const ids = new Map<Digest, number>();
  for (const page of pagesOf(distinct)) {
    const rows = await tx.query<{ id: number; key: Digest }>('SELECT id, key FROM sample WHERE key = ANY ($1::bytea[])', [
      byteas(page),
    ]);
    for (const row of rows) ids.set(row.key, row.id);
  }
  const missing = distinct.find((key) => !ids.has(key));
  if (missing !== undefined) throw sampleNotFound(missing);
  return ids;
}

export const sampleNotFound = (key: string): HoplineError =>
  new HoplineError('SAMPLE_NOT_FOUND', `sample must be the key of a stored sample, got ${key}`, {
    hint: 'hopline samples RUN lists keys',
  });
