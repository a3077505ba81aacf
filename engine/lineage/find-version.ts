import { HoplineError } from '../plan/errors.ts';
import { isStorable } from '../plan/unstorable-text.ts';
import { bytea } from './column-values.ts';
import { findDataset } from './datasets.ts';
import type { Tx } from './db.ts';
import { findModel } from './models.ts';
import type { Pin } from './run-pins.ts';

/** A registered version by its name (the latest), its digest or at least 8 characters of that. A digest counts more than a name, a name more than
 *  the beginning of a digest. @throws DATASET_MISSING, MODEL_MISSING naming what there is; VERSION_AMBIGUOUS */
export async function findVersion(db: Tx, table: 'dataset' | 'model', given: string): Promise<Pin> {
  const find = table === 'dataset' ? findDataset : findModel;
  // A name that Postgres could not even look for is one that nobody has registered.
  const { name, digest } = (isStorable(given) ? await byDigest(db, table, given) : null) ?? {
    name: isStorable(given) ? given : JSON.stringify(given),
    digest: undefined,
  };
  const found = await find(db, name, digest);
  return { name: found.name, digest: found.digest };
}

async function byDigest(db: Tx, table: 'dataset' | 'model', given: string): Promise<Pin | null> {
  if (!/^[0-9a-f]{8,64}$/.test(given)) return null;
  const [low, high] = [given.padEnd(64, '0'), given.padEnd(64, 'f')];
  const rows = await db.query<Pin>(
    `SELECT DISTINCT ON (digest) name, digest FROM ${table} WHERE digest BETWEEN $1 AND $2
        AND ($3 OR NOT EXISTS (SELECT 1 FROM ${table} WHERE name = $4))
      ORDER BY digest, registered_at DESC LIMIT 2`,
    [bytea(low), bytea(high), given.length === 64, given],
  );
  if (rows.length < 2) return rows[0] ?? null;
  throw new HoplineError(
    'VERSION_AMBIGUOUS',
    `${table} must be named by enough of its digest, got ${given}: ${rows.map(({ digest }) => digest.slice(0, given.length + 4)).join(', ')}`,
  );
}
