import type { Tx } from './db.ts';

/** The units of a run that have tasks left: one look into an index a node, however much is committed. */
export async function openUnits(db: Tx, runId: string): Promise<Set<string>> {
  const rows = await db.query<{ unit: string }>(
    `SELECT DISTINCT n.unit FROM node n
      WHERE n.run_id = $1 AND n.unit IS NOT NULL
        AND EXISTS (SELECT FROM task t WHERE t.node_id = n.id AND t.state IN ('pending', 'running', 'failed'))`,
    [runId],
  );
  return new Set(rows.map((row) => row.unit));
}
