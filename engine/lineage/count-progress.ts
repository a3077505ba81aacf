import type { Tx } from './db.ts';
import type { NodeState } from './node-state.ts';
import { writeEvents } from './write-events.ts';

export interface ProgressDelta {
  nodeId: number;
  made: number;
  cached: number;
  failed: number;
  deviceSeconds: number;
}

interface CountedNode {
  name: string;
  state: NodeState;
  changed: boolean;
  expected: number;
  made: number;
  cached: number;
  failed: number;
  deviceSeconds: number;
}

/** SQL over `node n`: everything expected is there, and not too much of it failed. */
export const NODE_IS_COMPLETE = 'n.made + n.cached + n.failed >= n.expected AND n.failed <= n.max_failures * n.expected';

/** Adds to the counters of nodes, closes those that became complete, and tells it in events. `begun: false` leaves a node that only
 *  found cached members pending. Rows are locked in the order of ids, so that two commits can't wait for each other. */
export async function countProgress(tx: Tx, runId: string, deltas: readonly ProgressDelta[], begun = true): Promise<void> {
  if (!deltas.length) return;
  await tx.query('SELECT 1 FROM node WHERE id = ANY ($1::bigint[]) ORDER BY id FOR NO KEY UPDATE', [
    deltas.map((delta) => delta.nodeId),
  ]);
  await tx.query(
    `UPDATE node n SET made = n.made + d.made, cached = n.cached + d.cached, failed = n.failed + d.failed,
                       device_seconds = n.device_seconds + d.seconds
       FROM unnest($1::bigint[], $2::int[], $3::int[], $4::int[], $5::float8[]) AS d (id, made, cached, failed, seconds)
      WHERE n.id = d.id`,
    [
      deltas.map((delta) => delta.nodeId),
      deltas.map((delta) => delta.made),
      deltas.map((delta) => delta.cached),
      deltas.map((delta) => delta.failed),
      deltas.map((delta) => delta.deviceSeconds),
    ],
  );
  const nodes = await tx.query<CountedNode>(
    `WITH old AS MATERIALIZED (
       SELECT n.id, n.state, CASE WHEN n.state NOT IN ('PENDING', 'RUNNING') THEN n.state WHEN ${NODE_IS_COMPLETE} THEN 'SUCCEEDED'
                                  WHEN $2 THEN 'RUNNING' ELSE n.state END AS next
         FROM node n WHERE n.id = ANY ($1::bigint[])
     )
     UPDATE node n SET state = old.next,
            started_at = CASE WHEN old.next <> 'PENDING' THEN coalesce(n.started_at, now()) END,
            finished_at = CASE WHEN old.next = 'SUCCEEDED' THEN coalesce(n.finished_at, now()) ELSE n.finished_at END
       FROM old WHERE old.id = n.id
     RETURNING n.name, n.state, old.state <> old.next AS changed, n.expected, n.made, n.cached, n.failed, n.device_seconds AS "deviceSeconds"`,
    [deltas.map((delta) => delta.nodeId), begun],
  );
  await writeEvents(
    tx,
    nodes.flatMap(({ changed, ...node }) => [
      { runId, type: 'node.progress' as const, payload: progressPayload(node) },
      ...(changed ? [{ runId, type: 'node.state' as const, payload: { node: node.name, state: node.state } }] : []),
    ]),
  );
}

const progressPayload = ({ name, ...counts }: Omit<CountedNode, 'changed'>) => ({ node: name, ...counts });
