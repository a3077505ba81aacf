import { jsonb } from './column-values.ts';
import type { Db } from './db.ts';
import type { StoredError } from './run-row.ts';
import { writeEvents } from './write-events.ts';

export interface TaskFailure {
  taskId: number;
  fence: number;
  error: StoredError;
  /** False gives the task back as pending. Default true. */
  terminal?: boolean;
}

/** Ends an attempt without a product. False when its fence is stale: a newer attempt holds the task, so nothing is changed. */
export async function failTask(db: Db, failure: TaskFailure): Promise<boolean> {
  return db.transaction(async (tx) => {
    const [task] = await tx.query<{ runId: string; node: string; ordinal: number; shard: number }>(
      `WITH failed AS (
         UPDATE task SET state = $3, error = $4 WHERE id = $1 AND fence = $2 AND state = 'running' RETURNING *
       ), ended AS (
         UPDATE attempt SET ended_at = now(), outcome = 'failed', error = $4 WHERE (task_id, fence) IN (SELECT id, fence FROM failed)
       )
       SELECT f.run_id AS "runId", n.name AS node, f.ordinal, f.shard FROM failed f JOIN node n ON n.id = f.node_id`,
      [failure.taskId, failure.fence, failure.terminal === false ? 'pending' : 'failed', jsonb(failure.error)],
    );
    if (!task) return false;
    const { runId, ...where } = task;
    await writeEvents(tx, [{ runId, type: 'task.failed', payload: { ...where, error: { ...failure.error } } }]);
    return true;
  });
}

/** Gives leases back unspent, as on shutdown. Stale ones are skipped. Returns how many. */
export async function releaseTasks(db: Db, leases: readonly { taskId: number; fence: number }[]): Promise<number> {
  const released = await db.query(
    `WITH released AS (
       UPDATE task t SET state = 'pending', attempts = t.attempts - 1, worker = NULL FROM unnest($1::bigint[], $2::int[]) AS l (id, fence)
        WHERE t.id = l.id AND t.fence = l.fence AND t.state = 'running' RETURNING t.id, t.fence
     ), ended AS (
       UPDATE attempt SET ended_at = now(), outcome = 'released' WHERE (task_id, fence) IN (SELECT id, fence FROM released)
     )
     SELECT id FROM released`,
    [leases.map((lease) => lease.taskId), leases.map((lease) => lease.fence)],
  );
  return released.length;
}

/** How many attempts at a task ended in an error of their own; leases that were given back or lost don't count. */
export async function failedAttempts(db: Db, taskId: number): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM attempt WHERE task_id = $1 AND outcome = 'failed'`,
    [taskId],
  );
  return row!.count;
}
