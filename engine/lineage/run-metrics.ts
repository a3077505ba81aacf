import type { Digest } from '../plan/digest.ts';
import type { Tx } from './db.ts';
import { byRun } from './run-progress.ts';
import { type Visibility, visibleRun } from './visibility.ts';

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

/** One number of one epoch of a fold. */
export interface EpochMetric {
  node: string;
  name: string;
  epoch: number;
  value: number;
  /** Key of the state. */
  checkpoint: Digest;
}

/** Metrics of the results of runs, made or cached, in the order of nodes. */
export async function runMetricsOf(
  db: Tx,
  runIds: readonly string[],
  visibility: Visibility = null,
): Promise<Map<string, RunMetric[]>> {
  const rows = await db.query<RunMetric & { runId: string }>(
    `SELECT n.run_id AS "runId", n.name AS node, c.key AS checkpoint, m.name, m.slice, m.mode, m.value, m.low, m.high
       FROM node n JOIN node_outcome x ON x.node_id = n.id JOIN metric m ON m.outcome_id = x.outcome_id
       LEFT JOIN outcome c ON c.id = m.checkpoint_id
      WHERE n.run_id = ANY ($1::text[]) AND ${visibleRun('n.run_id', 2)} ORDER BY n.run_id, n.ordinal, m.id`,
    [runIds, visibility],
  );
  return byRun(rows);
}

/** Metrics of a run's results, made or cached, in the order of nodes. */
export const runMetrics = async (db: Tx, runId: string): Promise<RunMetric[]> =>
  (await runMetricsOf(db, [runId])).get(runId) ?? [];

/** What folds measured of each of their epochs: the points of training curves, in the order of nodes, names and epochs. What is no number is
 *  left out. */
export async function epochMetricsOf(
  db: Tx,
  runIds: readonly string[],
  visibility: Visibility = null,
): Promise<Map<string, EpochMetric[]>> {
  const rows = await db.query<EpochMetric & { runId: string }>(
    `SELECT n.run_id AS "runId", n.name AS node, p.name, o.epoch, p.value::text::float8 AS value, o.key AS checkpoint
       FROM node n JOIN node_outcome x ON x.node_id = n.id JOIN outcome o ON o.id = x.outcome_id AND o.kind = 'checkpoint'
       CROSS JOIN LATERAL jsonb_each(o.metrics) AS p (name, value)
      WHERE n.run_id = ANY ($1::text[]) AND ${visibleRun('n.run_id', 2)} AND jsonb_typeof(o.metrics) = 'object' AND jsonb_typeof(p.value) = 'number'
      ORDER BY n.run_id, n.ordinal, p.name, o.epoch`,
    [runIds, visibility],
  );
  return byRun(rows);
}
