import type { Tx } from './db.ts';
import type { NodeState } from './node-state.ts';
import type { NewEvent } from './write-events.ts';

export interface ProgressDelta {
  nodeId: number;
  made: number;
  cached: number;
  failed: number;
  deviceSeconds: number;
}

interface CountedNode {
  node: string;
  state: NodeState;
  changed: boolean;
  expected: number;
  made: number;
  cached: number;
  failed: number;
  deviceSeconds: number;
}

/** SQL over counters of a node `n`: everything expected is there, and not too much of it failed. */
export const NODE_IS_COMPLETE = 'n.made + n.cached + n.failed >= n.expected AND n.failed <= n.max_failures * n.expected';

/** Adds to the counters of nodes, closes those that became complete, and returns the events that tell it. `begun: false` leaves a node
 *  that only found cached members pending. Rows are locked in the order of ids, so that two commits can't wait for each other; what is
 *  added to is what the lock has read. */
export async function countProgress(tx: Tx, runId: string, deltas: readonly ProgressDelta[], begun = true): Promise<NewEvent[]> {
  if (!deltas.length) return [];
  const nodes = await tx.query<CountedNode>(
    `WITH locked AS MATERIALIZED (
       SELECT * FROM node WHERE id = ANY ($1::bigint[]) ORDER BY id FOR NO KEY UPDATE
     ), n AS MATERIALIZED (
       SELECT l.id, l.state, l.expected, l.max_failures, l.made + d.made AS made, l.cached + d.cached AS cached, l.failed + d.failed AS failed,
              l.device_seconds + d.seconds AS seconds
         FROM locked l JOIN unnest($1::bigint[], $2::int[], $3::int[], $4::int[], $5::float8[]) AS d (id, made, cached, failed, seconds) USING (id)
     ), next AS MATERIALIZED (
       SELECT n.*, CASE WHEN n.state NOT IN ('PENDING', 'RUNNING') THEN n.state WHEN ${NODE_IS_COMPLETE} THEN 'SUCCEEDED'
                        WHEN $6 THEN 'RUNNING' ELSE n.state END AS next FROM n
     )
     UPDATE node SET made = next.made, cached = next.cached, failed = next.failed, device_seconds = next.seconds, state = next.next,
            started_at = CASE WHEN next.next <> 'PENDING' THEN coalesce(node.started_at, now()) END,
            finished_at = CASE WHEN next.next = 'SUCCEEDED' THEN coalesce(node.finished_at, now()) ELSE node.finished_at END
       FROM next WHERE node.id = next.id
     RETURNING node.name AS node, node.state, next.state <> next.next AS changed, node.expected, node.made, node.cached, node.failed,
               node.device_seconds AS "deviceSeconds"`,
    [
      deltas.map((delta) => delta.nodeId),
      deltas.map((delta) => delta.made),
      deltas.map((delta) => delta.cached),
      deltas.map((delta) => delta.failed),
      deltas.map((delta) => delta.deviceSeconds),
      begun,
    ],
  );
  return nodes.flatMap(({ changed, ...progress }): NewEvent[] => [
    { runId, type: 'node.progress', payload: progress },
    ...(changed ? [{ runId, type: 'node.state' as const, payload: { node: progress.node, state: progress.state } }] : []),
  ]);
}
