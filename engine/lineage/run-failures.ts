import type { Digest } from '../plan/digest.ts';
import type { Tx } from './db.ts';

export interface RunFailure {
  node: string;
  /** The item, or null when the task or node as a whole failed. */
  key: Digest | null;
  reason: string;
}

/** SQL of everything that failed in run $1: level (0 node, 1 task, 2 item), ordinal of the node, item within it, node, key, code, reason. */
export const FAILURES = `
  SELECT 0 AS level, n.ordinal, 0 AS item, n.name AS node, NULL::bytea AS key, n.error->>'code' AS code, n.error->>'message' AS reason
    FROM node n WHERE n.run_id = $1 AND n.error IS NOT NULL
  UNION ALL
  SELECT 1, n.ordinal, t.ordinal, n.name, t.key, t.error->>'code', t.error->>'message'
    FROM task t JOIN node n ON n.id = t.node_id WHERE t.run_id = $1 AND t.state = 'failed'
  UNION ALL
  SELECT 2, n.ordinal, x.ordinal, n.name, s.key, NULL, s.failed
    FROM node n JOIN node_sample x ON x.node_id = n.id JOIN sample s ON s.id = x.sample_id
   WHERE n.run_id = $1 AND n.failed > 0 AND s.failed IS NOT NULL
  UNION ALL
  SELECT 2, n.ordinal, x.ordinal, n.name, c.key, NULL, c.failed
    FROM node n JOIN node_score x ON x.node_id = n.id JOIN score c ON c.id = x.score_id
   WHERE n.run_id = $1 AND n.failed > 0 AND c.failed IS NOT NULL`;

/** What failed in a run and why: nodes, then tasks, then single items, in the order of nodes. */
export function runFailures(db: Tx, runId: string, page: { limit?: number } = {}): Promise<RunFailure[]> {
  return db.query(`SELECT node, key, reason FROM (${FAILURES}) failures ORDER BY level, ordinal, item LIMIT $2`, [
    runId,
    page.limit ?? 100,
  ]);
}
