import { byteas, jsonb } from './column-values.ts';
import type { Tx } from './db.ts';
import type { LiveCommit } from './task-commit.ts';

/** What the items of these tasks took, where their step says so: also of those that failed, and of those that somebody else had made first. */
export async function insertReceipts(tx: Tx, commits: readonly LiveCommit[]): Promise<void> {
  const rows = commits.flatMap(({ derivationId, result }) =>
    (result.items ?? []).flatMap(({ key, receipt }) => (receipt ? [{ derivationId, key, receipt }] : [])),
  );
  if (rows.length === 0) return;
  await tx.query(
    `INSERT INTO receipt (derivation_id, key, receipt) SELECT * FROM unnest($1::bigint[], $2::bytea[], $3::jsonb[])
     ON CONFLICT DO NOTHING`,
    [rows.map(({ derivationId }) => derivationId), byteas(rows.map(({ key }) => key)), rows.map(({ receipt }) => jsonb(receipt))],
  );
}
