import type { Digest } from '../plan/digest.ts';
import { byteas } from './column-values.ts';
import type { Tx } from './db.ts';
import type { MadeThing } from './made-things.ts';
import { recordDivergences } from './record-divergences.ts';

/** Compares what was made with what is stored under the same keys, and records where they differ. A statement of its own, so that it
 *  sees what another transaction has just committed. */
export async function compareContents(tx: Tx, table: 'sample' | 'score', things: readonly MadeThing[]): Promise<void> {
  if (!things.length) return;
  const rows = await tx.query<{ key: Digest; contentDigest: Digest | null }>(
    `SELECT key, content_digest AS "contentDigest" FROM ${table} WHERE key = ANY ($1::bytea[])`,
    [byteas(things.map(({ item }) => item.key))],
  );
  const stored = new Map(rows.map((row) => [row.key, row.contentDigest]));
  await recordDivergences(
    tx,
    things.flatMap(({ commit, item, contentDigest }) => {
      const existing = stored.get(item.key);
      return existing && contentDigest && existing !== contentDigest
        ? [{ commit, key: item.key, existing, other: contentDigest }]
        : [];
    }),
  );
}
