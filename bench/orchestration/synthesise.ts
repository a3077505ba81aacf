import type { Db } from '../../engine/lineage/index.ts';
import type { PlanPage } from '../../engine/plan/plan-page.ts';

/** Writes the samples of a page as if tasks had made them, and ends the tasks: the rows that a run leaves, without the run. A derivation
 *  says that the step was run. */
export async function synthesise(db: Db, runId: string, page: PlanPage): Promise<number> {
  let made = 0;
  for (const node of page.nodes) {
    const total = page.count(node);
    const [row] = await db.query<{ id: number; step: string }>('SELECT id, step FROM node WHERE run_id = $1 AND name = $2', [
      runId,
      node,
    ]);
    const [derivation] = await db.query<{ id: number }>(
      `INSERT INTO derivation (step, params, models, code_digest, run_id, node, task_id, worker, device, started_at, seconds, items)
       VALUES ($1, '{}', '{}', decode(repeat('00', 32), 'hex'), $2, $3, 0, 'none', 'none', now(), 0, $4) RETURNING id`,
      [row!.step, runId, node, total],
    );
    const { chain, depth, hop } = page.header.nodes[node]!.items[0]!;
    await db.query(
      `WITH x AS MATERIALIZED (
         SELECT i, substring($1::bytea FROM i * 32 + 1 FOR 32) AS key, substring($2::bytea FROM i * 32 + 1 FOR 32) AS root_key
           FROM generate_series(0, $3 - 1) AS i
       ), made AS (
         INSERT INTO sample (key, content_digest, medium, root_key, chain, depth, hop, text, bytes, derivation_id)
         SELECT key, key, 'text', root_key, $4, $5, $6, NULL, 7, $7 FROM x ON CONFLICT DO NOTHING RETURNING id, key
       )
       INSERT INTO node_sample (node_id, ordinal, sample_id) SELECT $8, $9 + x.i, made.id FROM x JOIN made USING (key)`,
      [
        page.keys(node, 0, total),
        page.rootKeys(node, 0, total),
        total,
        chain,
        depth,
        hop,
        derivation!.id,
        row!.id,
        page.offset(node),
      ],
    );
    await db.query(`UPDATE task SET state = 'committed', committed_at = now() WHERE node_id = $1 AND shard = $2`, [
      row!.id,
      page.header.shard,
    ]);
    await db.query('UPDATE node SET made = made + $2 WHERE id = $1', [row!.id, total]);
    made += total;
  }
  return made;
}
