import { expect, test } from 'vitest';
import { startEmbedded } from '../../infra/embedded/start.ts';
import { commitTasks } from './commit-tasks.ts';
import { failTask, releaseTasks } from './end-attempt.ts';
import { failureGroups } from './failure-groups.ts';
import { plannedRun } from './fixtures/planned-run.ts';
import { useDatabase } from './fixtures/use-database.ts';
import { STAGE } from './fixtures/work-through.ts';
import { type LeasedTask, leaseTasks } from './lease-tasks.ts';
import { setRunState } from './set-run-state.ts';
import { unitProgress } from './unit-progress.ts';

const database = useDatabase(startEmbedded);
const lease = (runId: string, limit?: number): Promise<LeasedTask[]> =>
  leaseTasks(database.db, { runId, unit: STAGE, worker: 'w', ...(limit ? { limit } : {}) });

test('a released task is pending again, and its old fence is stale', async () => {
  const run = await plannedRun(database.db, { name: 'lease-release' });
  const [task] = await lease(run.runId, 1);
  expect(await releaseTasks(database.db, [task!, { taskId: task!.taskId, fence: 7 }])).toBe(1);
  expect(await commitTasks(database.db, [run.commit(task!)])).toEqual([{ taskId: task!.taskId, outcome: 'stale' }]);
});

test('a failed attempt ends its task until a resume wakes it, unless the attempt is stale', async () => {
  const run = await plannedRun(database.db, { name: 'fail-task' });
  const [task] = await lease(run.runId, 1);
  const error = { code: 'OUT_OF_MEMORY', message: 'the host ran out of memory' };
  expect(await failTask(database.db, { taskId: task!.taskId, fence: 99, error })).toBe(false);
  expect(await failTask(database.db, { taskId: task!.taskId, fence: task!.fence, error })).toBe(true);
  expect(await unitProgress(database.db, run.runId, STAGE)).toEqual({ expected: 16, done: 0, failed: 4 });
  expect(await failureGroups(database.db, run.runId)).toEqual([
    { node: 'hop1', cause: error.code, count: 1, example: { key: null, reason: error.message } },
  ]);
  expect((await lease(run.runId)).map(({ taskId }) => taskId)).not.toContain(task!.taskId);
  await setRunState(database.db, run.runId, 'FAILED');
  await setRunState(database.db, run.runId, 'QUEUED');
  expect((await lease(run.runId))[0]).toMatchObject({ taskId: task!.taskId, fence: 2 });
});
