import type { Digest } from '../plan/digest.ts';
import { byteas } from './column-values.ts';
import type { Tx } from './db.ts';

/** Which of these node keys some run has to the last item, made, cached or failed. A map node's key is the digest of the set of its items'
 *  keys, and what was made stays: then all of them exist, and none need be looked up. One look into an index a node. */
export async function completeNodeKeys(db: Tx, keys: readonly Digest[]): Promise<Set<Digest>> {
  const rows = await db.query<{ key: Digest }>(
    `SELECT DISTINCT n.key FROM node n WHERE n.key = ANY ($1::bytea[]) AND n.made + n.cached + n.failed >= n.expected`,
    [byteas(keys)],
  );
  return new Set(rows.map((row) => row.key));
}
