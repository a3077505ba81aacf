import type { Digest } from '../plan/digest.ts';
import { isStorable } from '../plan/unstorable-text.ts';
import { bytea } from './column-values.ts';
import { findDataset } from './datasets.ts';
import type { Tx } from './db.ts';
import { findModel } from './models.ts';
import type { Pin } from './run-pins.ts';

/** A registered version by its name (the latest) or its digest. @throws DATASET_MISSING, MODEL_MISSING naming what there is */
export async function findVersion(db: Tx, table: 'dataset' | 'model', nameOrDigest: string): Promise<Pin> {
  const find = table === 'dataset' ? findDataset : findModel;
  const digest = /^[0-9a-f]{64}$/.test(nameOrDigest) ? nameOrDigest : undefined;
  const known = digest && (await nameOf(db, table, digest));
  // A name that Postgres could not even look for is one that nobody has registered.
  const name = known ?? (isStorable(nameOrDigest) ? nameOrDigest : JSON.stringify(nameOrDigest));
  const found = await find(db, name, known && digest);
  return { name: found.name, digest: found.digest };
}

async function nameOf(db: Tx, table: 'dataset' | 'model', digest: Digest): Promise<string | undefined> {
  const [row] = await db.query<{ name: string }>(
    `SELECT name FROM ${table} WHERE digest = $1 ORDER BY registered_at DESC LIMIT 1`,
    [bytea(digest)],
  );
  return row?.name;
}
