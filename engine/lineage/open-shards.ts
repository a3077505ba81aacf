import type { Tx } from './db.ts';

/** The shards of each stage that have tasks left, in order: one look into an index a node, at what is left alone. */
export async function openShards(db: Tx, runId: string): Promise<Map<number, number[]>> {
  const rows = await db.query<{ stage: number; shards: number[] }>(
    `SELECT t.stage, array_agg(DISTINCT t.shard ORDER BY t.shard) AS shards
       FROM task t JOIN node n ON n.id = t.node_id
      WHERE n.run_id = $1 AND n.stage IS NOT NULL AND t.state IN ('pending', 'running', 'failed') GROUP BY t.stage`,
    [runId],
  );
  return new Map(rows.map(({ stage, shards }) => [stage, shards]));
}
