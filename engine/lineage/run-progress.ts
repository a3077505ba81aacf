import type { Tx } from './db.ts';
import { getRun } from './get-run.ts';
import type { NodeState } from './node-state.ts';
import type { StoredError } from './run-row.ts';
import { isFinished, type RunState } from './run-state.ts';
import { type Visibility, visibleRun } from './visibility.ts';

export interface NodeProgress {
  name: string;
  kind: string;
  step: string;
  unit: string | null;
  resource: string;
  dependsOn: string[];
  state: NodeState;
  expected: number;
  made: number;
  cached: number;
  failed: number;
  deviceSeconds: number;
  startedAt: Date | null;
  finishedAt: Date | null;
  error: StoredError | null;
}

export interface RunTotals {
  totals: { expected: number; made: number; cached: number; failed: number; deviceSeconds: number };
  /** Items made a second over the last minute; 0 when there were none. */
  rate: number;
  /** Seconds: what is left, at each node's device-seconds an item, shared by as many devices as were busy during the last minute. null while
   *  nothing has been measured, and once the run has ended. */
  etaSeconds: number | null;
}

export interface RunProgress extends RunTotals {
  runId: string;
  state: RunState;
  nodes: NodeProgress[];
}

interface TotalsRow {
  runId: string;
  state: RunState;
  expected: number;
  made: number;
  cached: number;
  failed: number;
  deviceSeconds: number;
  /** Device-seconds of what is left; null while nothing has been made. */
  left: number | null;
  items: number;
  seconds: number;
  wall: number;
}

/** How far runs are, from the counters of their nodes and the tasks that were committed during the last minute: one statement for a page of
 *  runs. Unknown ids are missing. */
export async function runTotals(
  db: Tx,
  runIds: readonly string[],
  visibility: Visibility = null,
): Promise<Map<string, RunTotals>> {
  const rows = await db.query<TotalsRow>(
    `SELECT r.id AS "runId", r.state, n.expected, n.made, n.cached, n.failed, n.seconds AS "deviceSeconds",
            n.paced + n.unpaced * n.seconds / nullif(n.made + n.failed, 0) AS left, d.items, d.seconds, d.wall
       FROM run r
       CROSS JOIN LATERAL (
         SELECT coalesce(sum(expected), 0) AS expected, coalesce(sum(made), 0) AS made, coalesce(sum(cached), 0) AS cached,
                coalesce(sum(failed), 0) AS failed, coalesce(sum(device_seconds), 0) AS seconds,
                coalesce(sum(open * device_seconds / tried) FILTER (WHERE tried > 0), 0) AS paced,
                coalesce(sum(open) FILTER (WHERE tried = 0), 0) AS unpaced
           FROM (SELECT *, made + failed AS tried, greatest(0, expected - made - failed - cached) AS open FROM node WHERE run_id = r.id) x) n
       CROSS JOIN LATERAL (
         SELECT coalesce(sum(items), 0) AS items, coalesce(sum(seconds), 0) AS seconds,
                coalesce(extract(epoch FROM clock_timestamp() - min(greatest(started_at, now() - interval '1 minute'))), 0)::float8 AS wall
           FROM derivation WHERE run_id = r.id AND created_at > now() - interval '1 minute') d
      WHERE r.id = ANY ($1::text[]) AND ${visibleRun('r.id', 2)}`,
    [runIds, visibility],
  );
  return new Map(
    rows.map(({ runId, state, left, items, seconds, wall, ...totals }) => [
      runId,
      {
        totals,
        rate: wall > 0 ? items / wall : 0,
        etaSeconds: isFinished(state) || left === null || wall === 0 || seconds === 0 ? null : left / (seconds / wall),
      },
    ]),
  );
}

/** The nodes of runs with their counters, in topological order. Unknown ids and runs without a plan are missing. */
export async function runNodes(
  db: Tx,
  runIds: readonly string[],
  visibility: Visibility = null,
): Promise<Map<string, NodeProgress[]>> {
  const rows = await db.query<NodeProgress & { runId: string }>(
    `SELECT run_id AS "runId", name, kind, step, unit, resource, depends_on AS "dependsOn", state, expected, made, cached, failed,
            device_seconds AS "deviceSeconds", started_at AS "startedAt", finished_at AS "finishedAt", error
       FROM node WHERE run_id = ANY ($1::text[]) AND ${visibleRun('run_id', 2)} ORDER BY run_id, ordinal`,
    [runIds, visibility],
  );
  return byRun(rows);
}

/** How far a run is. @throws RUN_NOT_FOUND */
export async function runProgress(db: Tx, runId: string, visibility: Visibility = null): Promise<RunProgress> {
  const { state } = await getRun(db, runId, visibility);
  const totals = await runTotals(db, [runId], visibility);
  const nodes = await runNodes(db, [runId], visibility);
  return { runId, state, nodes: nodes.get(runId) ?? [], ...totals.get(runId)! };
}

/** Rows by the run that they are about. */
export function byRun<T extends { runId: string }>(rows: readonly T[]): Map<string, Omit<T, 'runId'>[]> {
  const grouped = new Map<string, Omit<T, 'runId'>[]>();
  for (const { runId, ...row } of rows) {
    const known = grouped.get(runId);
    if (known) known.push(row);
    else grouped.set(runId, [row]);
  }
  return grouped;
}
