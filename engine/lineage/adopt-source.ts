import type { SourceTable } from '../plan/source-table.ts';
import type { PlanDraft } from './begin-plan.ts';
import { byteas } from './column-values.ts';
import { countProgress } from './count-progress.ts';
import type { Db } from './db.ts';
import { writeEvents } from './write-events.ts';

const ROWS = 10_000;

/** Makes the chosen rows members of a source: the text of row r at 2r, its picture at 2r + 1. One transaction; once only. */
export async function adoptSource(db: Db, draft: PlanDraft, name: string, table: SourceTable): Promise<void> {
  const nodeId = draft.nodeIds.get(name)!;
  await db.transaction(async (tx) => {
    const [node] = await tx.query<{ cached: number }>('SELECT cached FROM node WHERE id = $1 FOR NO KEY UPDATE', [nodeId]);
    if (!node || node.cached > 0) return;
    for (let from = 0; from < table.rows; from += ROWS) {
      const rows = Array.from({ length: Math.min(ROWS, table.rows - from) }, (_, index) => from + index);
      const members = rows.flatMap((row) =>
        (['text', 'image'] as const).flatMap((medium, side) => {
          const key = table.key(medium, row);
          return key === null ? [] : [{ ordinal: 2 * row + side, key, rootKey: table.rootKey(row) }];
        }),
      );
      await tx.query(
        `WITH x AS MATERIALIZED (SELECT * FROM unnest($2::int[], $3::bytea[], $4::bytea[]) AS x (ordinal, key, root_key))
         INSERT INTO node_sample (node_id, ordinal, sample_id, root_key, chain, depth, hop)
         SELECT $1, x.ordinal, s.id, nullif(x.root_key, s.root_key), nullif(0, s.chain), nullif(0, s.depth), nullif(0, s.hop)
           FROM x JOIN sample s USING (key) ORDER BY x.ordinal ON CONFLICT DO NOTHING`,
        [
          nodeId,
          members.map((member) => member.ordinal),
          byteas(members.map((member) => member.key)),
          byteas(members.map((member) => member.rootKey)),
        ],
      );
    }
    const delta = { nodeId, made: 0, cached: table.rows, failed: 0, deviceSeconds: 0 };
    await writeEvents(tx, await countProgress(tx, draft.runId, [delta], false));
  });
}
