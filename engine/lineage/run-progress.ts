import type { Tx } from './db.ts';
import { getRun } from './get-run.ts';
import type { NodeState } from './node-state.ts';
import type { StoredError } from './run-row.ts';
import type { RunState } from './run-state.ts';

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

export interface RunProgress {
  runId: string;
  state: RunState;
  nodes: NodeProgress[];
  totals: { expected: number; made: number; cached: number; failed: number; deviceSeconds: number };
  /** Items made a second over the last minute; 0 when there were none. */
  rate: number;
  /** Seconds. From each node's own pace where it has one; null while nothing has been measured. */
  etaSeconds: number | null;
}

/** How far a run is. @throws RUN_NOT_FOUND */
export async function runProgress(db: Tx, runId: string): Promise<RunProgress> {
  const { state } = await getRun(db, runId);
  const nodes = await db.query<NodeProgress>(
    `SELECT name, kind, step, unit, resource, depends_on AS "dependsOn", state, expected, made, cached, failed,
            device_seconds AS "deviceSeconds", started_at AS "startedAt", finished_at AS "finishedAt", error
       FROM node WHERE run_id = $1 ORDER BY ordinal`,
    [runId],
  );
  const [recent] = await db.query<{ items: number; seconds: number; wall: number }>(
    `SELECT coalesce(sum(items), 0) AS items, coalesce(sum(seconds), 0) AS seconds,
            coalesce(extract(epoch FROM clock_timestamp() - min(greatest(started_at, now() - interval '1 minute'))), 0)::float8 AS wall
       FROM derivation WHERE run_id = $1 AND created_at > now() - interval '1 minute'`,
    [runId],
  );
  const sum = (field: 'expected' | 'made' | 'cached' | 'failed' | 'deviceSeconds') =>
    nodes.reduce((total, node) => total + node[field], 0);
  return {
    runId,
    state,
    nodes,
    totals: {
      expected: sum('expected'),
      made: sum('made'),
      cached: sum('cached'),
      failed: sum('failed'),
      deviceSeconds: sum('deviceSeconds'),
    },
    rate: recent!.wall > 0 ? recent!.items / recent!.wall : 0,
    etaSeconds: estimate(nodes, recent!.wall > 0 ? recent!.seconds / recent!.wall : 0),
  };
}

/** What is left, at each node's device-seconds an item, shared by as many devices as were busy during the last minute. */
function estimate(nodes: readonly NodeProgress[], busyDevices: number): number | null {
  const made = nodes.reduce((total, node) => total + node.made + node.failed, 0);
  const spent = nodes.reduce((total, node) => total + node.deviceSeconds, 0);
  if (!made || !busyDevices) return null;
  const seconds = nodes.reduce((total, node) => {
    const done = node.made + node.failed;
    return total + Math.max(0, node.expected - done - node.cached) * (done ? node.deviceSeconds / done : spent / made);
  }, 0);
  return seconds / busyDevices;
}
