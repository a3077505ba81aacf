import type { TaskCounts } from './count-members.ts';
import type { Tx } from './db.ts';
import type { LiveCommit } from './task-commit.ts';
import type { NewEvent } from './write-events.ts';

/** Marks tasks as committed, ends their attempts, and returns the events that tell it. */
export async function closeTasks(
  tx: Tx,
  commits: readonly LiveCommit[],
  counts: ReadonlyMap<number, TaskCounts>,
): Promise<NewEvent[]> {
  const ids = commits.map((commit) => commit.taskId);
  await tx.query(
    `WITH closed AS (
       UPDATE task t SET state = 'committed', committed_at = now(), worker = x.worker, device = x.device, device_seconds = x.seconds
         FROM unnest($1::bigint[], $2::text[], $3::text[], $4::float8[]) AS x (id, worker, device, seconds)
        WHERE t.id = x.id RETURNING t.id, t.fence
     )
     UPDATE attempt a SET ended_at = now(), outcome = CASE WHEN a.fence = c.fence THEN 'committed' ELSE 'superseded' END
       FROM closed c WHERE a.task_id = c.id AND a.ended_at IS NULL`,
    [
      ids,
      commits.map((commit) => commit.worker),
      commits.map((commit) => commit.device),
      commits.map((commit) => commit.result.seconds),
    ],
  );
  return commits.map(({ runId, taskId, nodeName, stage, shard, ordinal, worker, device, result }) => ({
    runId,
    type: 'task.committed',
    payload: { node: nodeName, stage, shard, ordinal, worker, device, seconds: result.seconds, ...counts.get(taskId)! },
  }));
}
