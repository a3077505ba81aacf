import type { RowRef } from '../compute/order.ts';
import type { Digest } from '../plan/digest.ts';
import { byteas } from './column-values.ts';
import type { Tx } from './db.ts';
import { pagesOf } from './pages.ts';

/** Where samples and scores lie, with the samples' own coordinates. Failed and unknown keys are missing. */
export async function locate(db: Tx, keys: readonly Digest[]): Promise<Map<Digest, RowRef>> {
  const found = new Map<Digest, RowRef>();
  for (const page of pagesOf([...new Set(keys)])) {
    const rows = await db.query<RowRef>(
      `WITH wanted AS MATERIALIZED (SELECT unnest($1::bytea[]) AS key)
       SELECT s.key, a.digest AS artifact, s."row", s.root_key AS "rootKey", s.chain, s.depth, s.hop
         FROM wanted JOIN sample s USING (key) JOIN artifact a ON a.id = s.artifact_id WHERE s.failed IS NULL
       UNION ALL
       SELECT c.key, a.digest, c."row", s.root_key, s.chain, s.depth, s.hop
         FROM wanted JOIN score c USING (key) JOIN sample s ON s.id = c.sample_id JOIN artifact a ON a.id = c.artifact_id WHERE c.failed IS NULL`,
      [byteas(page)],
    );
    for (const row of rows) found.set(row.key, row);
  }
  return found;
}
