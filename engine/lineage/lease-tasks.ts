import type { Digest } from '../plan/digest.ts';
import type { PlannedTask } from '../plan/plan-types.ts';
import type { Tx } from './db.ts';
import { type TaskUnit, unitFilter } from './task-unit.ts';

export interface LeasedTask extends PlannedTask {
  taskId: number;
  /** The number that a commit must show. */
  fence: number;
  /** This one included. */
  attempts: number;
  /** The PlanShard's artifact; null for whole nodes. */
  planShard: Digest | null;
}

export interface Lease {
  runId: string;
  unit: TaskUnit;
  worker: string;
  /** Default: all. */
  limit?: number;
  /** A task that the caller holds: only what comes after it is leased, and nothing if somebody else holds it by now. So whoever was taken
   *  over leases nothing any more: the newest attempt's first lease holds every task that is open, this one too, or comes after it in the
   *  order of their locks and takes over what was just leased. */
  after?: { taskId: number; fence: number };
}

/** Takes tasks of a unit that are neither committed nor failed for good, in the order to run them: node order, then first item, then epoch.
 *  Older leases are void from then on. One statement: a worker that dies here has taken all or nothing. */
export function leaseTasks(db: Tx, lease: Lease): Promise<LeasedTask[]> {
  const unit = unitFilter(lease.unit, 3);
  const [limit, held, fence] = [unit.next, unit.next + 1, unit.next + 2];
  return db.query<LeasedTask>(
    `WITH wanted AS (
       SELECT t.id FROM task t JOIN node n ON n.id = t.node_id
        WHERE t.run_id = $1 AND t.state IN ('pending', 'running') AND ${unit.sql}
          AND ($${held}::bigint IS NULL OR (n.ordinal, t.first, coalesce(t.epoch, 0), t.ordinal) >
               (SELECT m.ordinal, h.first, coalesce(h.epoch, 0), h.ordinal FROM task h JOIN node m ON m.id = h.node_id WHERE h.id = $${held}))
        ORDER BY n.ordinal, t.first, t.epoch, t.ordinal LIMIT $${limit}
     ), locked AS MATERIALIZED (
       SELECT id FROM task WHERE (id IN (SELECT id FROM wanted) AND state IN ('pending', 'running'))
                              OR (id = $${held} AND fence = $${fence} AND state = 'running') ORDER BY id FOR NO KEY UPDATE
     ), leased AS (
       UPDATE task t SET fence = t.fence + 1, attempts = t.attempts + 1, state = 'running', worker = $2, leased_at = now(), error = NULL
         FROM locked WHERE locked.id = t.id AND t.id IS DISTINCT FROM $${held} AND ($${held} IS NULL OR $${held} IN (SELECT id FROM locked))
       RETURNING t.*
     ), superseded AS (
       UPDATE attempt a SET ended_at = now(), outcome = 'superseded' FROM leased WHERE a.task_id = leased.id AND a.ended_at IS NULL
     ), tried AS (
       INSERT INTO attempt (task_id, fence, worker) SELECT id, fence, $2 FROM leased
     ), begun AS (
       UPDATE node SET state = 'RUNNING', started_at = coalesce(started_at, now())
        WHERE id IN (SELECT node_id FROM leased) AND state = 'PENDING'
     )
     SELECT l.id AS "taskId", n.name AS node, l.stage, l.shard, l.ordinal, l.first, l.count, l.epoch, l.key, l.fence, l.attempts,
            p.artifact AS "planShard"
       FROM leased l JOIN node n ON n.id = l.node_id
       LEFT JOIN stage_shard p ON p.run_id = l.run_id AND p.stage = l.stage AND p.shard = l.shard
      ORDER BY n.ordinal, l.first, l.epoch, l.ordinal`,
    [lease.runId, lease.worker, ...unit.values, lease.limit, lease.after?.taskId, lease.after?.fence],
  );
}

/** Whether an attempt still holds its task. */
export async function holdsLease(db: Tx, { taskId, fence }: { taskId: number; fence: number }): Promise<boolean> {
  const rows = await db.query(`SELECT FROM task WHERE id = $1 AND fence = $2 AND state = 'running'`, [taskId, fence]);
  return rows.length > 0;
}
