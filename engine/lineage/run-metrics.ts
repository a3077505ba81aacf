import type { Digest } from '../plan/digest.ts';
import type { Tx } from './db.ts';

export interface RunMetric {
  node: string;
  /** Key of the checkpoint that is judged. */
  checkpoint: Digest | null;
  name: string;
  slice: string;
  mode: string | null;
  value: number;
  /** Bootstrap interval. */
  low: number | null;
  high: number | null;
}

/** Metrics of a run's results, made or cached, in the order of nodes. */
export function runMetrics(db: Tx, runId: string): Promise<RunMetric[]> {
  return db.query(
    `SELECT n.name AS node, c.key AS checkpoint, m.name, m.slice, m.mode, m.value, m.low, m.high
       FROM node n JOIN node_outcome x ON x.node_id = n.id JOIN metric m ON m.outcome_id = x.outcome_id
       LEFT JOIN outcome c ON c.id = m.checkpoint_id
      WHERE n.run_id = $1 ORDER BY n.ordinal, m.id`,
    [runId],
  );
}
