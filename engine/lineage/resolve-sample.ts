import type { Digest } from '../plan/digest.ts';
import { HoplineError } from '../plan/errors.ts';
import { bytea } from './column-values.ts';
import type { Tx } from './db.ts';
import { sampleNotFound } from './find-samples.ts';
import { type Visibility, visibleSample } from './visibility.ts';

/** Finds a sample by its key or the first characters of it, at least 6. Another project's samples are as
 *  unknown as those that are not there. @throws SAMPLE_NOT_FOUND, SAMPLE_AMBIGUOUS */
export async function resolveSample(
  db: Tx,
  keyOrPrefix: string,
  visibility: Visibility = null,
): Promise<{ id: number; key: Digest }> {
  const prefix = keyOrPrefix.toLowerCase();
  if (!/^[0-9a-f]{6,64}$/.test(prefix)) throw sampleNotFound(keyOrPrefix.slice(0, 80));
  const found = await db.query<{ id: number; key: Digest }>(
    `SELECT id, key FROM sample WHERE key BETWEEN $1 AND $2 AND ${visibleSample('sample.id', 3)} ORDER BY key LIMIT 2`,
    [bytea(prefix.padEnd(64, '0')), bytea(prefix.padEnd(64, 'f')), visibility],
  );
  if (!found[0]) throw sampleNotFound(keyOrPrefix);
  if (!found[1]) return found[0];
  throw new HoplineError(
    'SAMPLE_AMBIGUOUS',
    `sample must be a key or enough of it for one, got ${keyOrPrefix} of ${found[0].key} and others`,
    {
      hint: 'give more characters of the key',
    },
  );
}
