import type { Tx } from './db.ts';
import type { LiveCommit, TaskCommit, TaskOutcome } from './task-commit.ts';

export type LockedCommit = Omit<LiveCommit, 'derivationId'>;

interface TaskRow {
  id: number;
  nodeId: number;
  fence: number;
  state: string;
  epoch: number;
  stage: number | null;
  shard: number;
  ordinal: number;
}

/** Locks the tasks in the order of their ids and sorts the commits into those that hold their lease and those that don't. A task that
 *  is gone belonged to an older plan: its commit is stale. */
export async function lockTasks(
  tx: Tx,
  commits: readonly TaskCommit[],
): Promise<{ outcomes: TaskOutcome[]; live: LockedCommit[] }> {
  const rows = await tx.query<TaskRow>(
    `SELECT id, node_id AS "nodeId", fence, state, coalesce(epoch, 0) AS epoch, stage, shard, ordinal
       FROM task WHERE id = ANY ($1::bigint[]) ORDER BY id FOR NO KEY UPDATE`,
    [commits.map((commit) => commit.taskId)],
  );
  const tasks = new Map(rows.map((row) => [row.id, row]));
  const outcomes: TaskOutcome[] = [];
  const live: LockedCommit[] = [];
  for (const commit of commits) {
    const task = tasks.get(commit.taskId);
    const outcome = standing(task, commit.fence);
    outcomes.push({ taskId: commit.taskId, outcome });
    if (task && outcome === 'committed') live.push({ ...commit, ...placeOf(task) });
  }
  return { outcomes, live };
}

function standing(task: TaskRow | undefined, fence: number): TaskOutcome['outcome'] {
  if (!task) return 'stale';
  if (task.state === 'committed') return 'already';
  return task.state === 'running' && task.fence === fence ? 'committed' : 'stale';
}

const placeOf = ({ nodeId, epoch, stage, shard, ordinal }: TaskRow) => ({ nodeId, epoch, stage, shard, ordinal });
