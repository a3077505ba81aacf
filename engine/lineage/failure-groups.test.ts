import { expect, test } from 'vitest';
import { startEmbedded } from '../../infra/embedded/start.ts';
import { commitTasks } from './commit-tasks.ts';
import { failTask } from './end-attempt.ts';
import { failureGroups } from './failure-groups.ts';
import { type PlannedRun, plannedRun } from './fixtures/planned-run.ts';
import { useDatabase } from './fixtures/use-database.ts';
import { STAGE } from './fixtures/work-through.ts';
import { type LeasedTask, leaseTasks } from './lease-tasks.ts';

const database = useDatabase(startEmbedded);

/** Commits a task whose items fail with reasons of their own. */
async function failItems(run: PlannedRun, task: LeasedTask, reasons: (key: string, index: number) => string): Promise<void> {
  const keys = run.items[task.node]!.slice(task.first, task.first + task.count).map((item) => item.key);
  const commit = run.commit(task, { failed: keys });
  const items = commit.result.items!.map((item, index) => ({ ...item, failed: reasons(item.key, index) }));
  await commitTasks(database.db, [{ ...commit, result: { ...commit.result, items } }]);
}

test('failures that differ in keys and numbers only have one cause, with a count and the first as example', async () => {
  const run = await plannedRun(database.db, { name: 'grouped', maxFailures: 1 });
  const [first, second] = await leaseTasks(database.db, { runId: run.runId, unit: STAGE, worker: 'w' });
  await failItems(run, first!, (key, index) => `STEP_OUTPUT_NAN features[${index}] of item ${key} must be finite, got NaN`);
  await failItems(run, second!, (key, index) => (index < 3 ? `text ${key} is ${index * 1.5} too long` : 'refused'));
  const items = run.items.hop1!;
  expect(await failureGroups(database.db, run.runId)).toEqual([
    {
      node: 'hop1',
      cause: 'STEP_OUTPUT_NAN',
      count: 4,
      example: { key: items[0]!.key, reason: expect.stringContaining('features[0]') },
    },
    {
      node: 'hop1',
      cause: 'text … is # too long',
      count: 3,
      example: { key: items[4]!.key, reason: expect.stringContaining('is 0 too') },
    },
    { node: 'hop1', cause: 'refused', count: 1, example: { key: items[7]!.key, reason: 'refused' } },
  ]);
  expect(await failureGroups(database.db, run.runId, { limit: 1 })).toHaveLength(1);
});

test('tasks that failed are grouped by their code, and by what the step said where the code says nothing', async () => {
  const run = await plannedRun(database.db, { name: 'grouped-tasks' });
  const tasks = await leaseTasks(database.db, { runId: run.runId, unit: STAGE, worker: 'w' });
  const errors = [
    { code: 'STEP_FAILED', message: 'step "hop1" threw: no answer from port 8080' },
    { code: 'STEP_FAILED', message: 'step "hop1" threw: no answer from port 8081' },
    { code: 'STEP_OUTPUT_COUNT', message: 'step "judge".run must return 4 outputs, got 0' },
  ];
  for (const [index, error] of errors.entries())
    await failTask(database.db, { taskId: tasks[index]!.taskId, fence: tasks[index]!.fence, error });
  expect(await failureGroups(database.db, run.runId)).toMatchObject([
    { node: 'hop1', cause: 'STEP_FAILED step "hop1" threw: no answer from port #', count: 2, example: { key: null } },
    { node: 'judge', cause: 'STEP_OUTPUT_COUNT', count: 1 },
  ]);
});

test('a run without failures has no groups', async () => {
  const run = await plannedRun(database.db, { name: 'nothing-failed' });
  expect(await failureGroups(database.db, run.runId)).toEqual([]);
});
