import { expect, test } from 'vitest';
import { startEmbedded } from '../../infra/embedded/start.ts';
import { sha256 } from '../plan/digest.ts';
import { commitTasks } from './commit-tasks.ts';
import { failTask, releaseTasks } from './end-attempt.ts';
import { plannedRun } from './fixtures/planned-run.ts';
import { useDatabase } from './fixtures/use-database.ts';
import { STAGE } from './fixtures/work-through.ts';
import { holdsLease, type LeasedTask, leaseTasks } from './lease-tasks.ts';
import { unitFailure } from './unit-failure.ts';

const database = useDatabase(startEmbedded);
const lease = (runId: string, worker: string, limit?: number, after?: LeasedTask): Promise<LeasedTask[]> =>
  leaseTasks(database.db, { runId, unit: STAGE, worker, ...(limit ? { limit } : {}), ...(after ? { after } : {}) });
const places = (tasks: LeasedTask[]) => tasks.map(({ node, first }) => `${node} ${first}`);

test('the tasks of a shard come in the order to run them, with their plan shard', async () => {
  const run = await plannedRun(database.db, { name: 'lease-order' });
  const tasks = await lease(run.runId, 'a');
  expect(tasks.map((task) => [task.node, task.first, task.fence, task.attempts])).toEqual([
    ['hop1', 0, 1, 1],
    ['hop1', 4, 1, 1],
    ['judge', 0, 1, 1],
    ['judge', 4, 1, 1],
  ]);
  expect(new Set(tasks.map((task) => task.planShard))).toEqual(new Set([sha256('shard')]));
});

test('every lease raises the fence and leaves out what is committed', async () => {
  const run = await plannedRun(database.db, { name: 'lease-again' });
  const [first] = await lease(run.runId, 'a', 1);
  await commitTasks(database.db, [run.commit(first!)]);
  await lease(run.runId, 'a');
  const tasks = await lease(run.runId, 'a');
  expect(tasks.map((task) => [task.node, task.first, task.fence])).toEqual([
    ['hop1', 4, 2],
    ['judge', 0, 2],
    ['judge', 4, 2],
  ]);
});

test('two workers at once never hold the same fence', async () => {
  const run = await plannedRun(database.db, { name: 'lease-race' });
  const both = await Promise.all([lease(run.runId, 'a'), lease(run.runId, 'b')]);
  for (const [index, task] of both[0].entries()) expect([task.fence, both[1][index]!.fence].sort()).toEqual([1, 2]);
});

test('the second chunk follows the first, and nothing is leased twice', async () => {
  const run = await plannedRun(database.db, { name: 'chunks', hops: 2 });
  const first = await lease(run.runId, 'a', 3);
  const second = await lease(run.runId, 'a', 3, first.at(-1));
  expect([places(first), places(second)]).toEqual([
    ['hop1 0', 'hop1 4', 'hop2 0'],
    ['hop2 4', 'judge 0', 'judge 4'],
  ]);
  expect(await lease(run.runId, 'a', 3, second.at(-1))).toEqual([]);
  expect([...first, ...second].every((task) => task.fence === 1)).toBe(true);
});

test('the epochs of a fold come chunk by chunk', async () => {
  const run = await plannedRun(database.db, { name: 'epochs' });
  const unit = { node: 'student' };
  const [zero] = await leaseTasks(database.db, { runId: run.runId, unit, worker: 'a', limit: 1 });
  const rest = await leaseTasks(database.db, { runId: run.runId, unit, worker: 'a', after: zero! });
  expect([zero!.epoch, ...rest.map((task) => task.epoch)]).toEqual([0, 1]);
});

test('whoever was taken over leases nothing more', async () => {
  const run = await plannedRun(database.db, { name: 'taken-over', hops: 2 });
  const old = await lease(run.runId, 'old', 2);
  const fresh = await lease(run.runId, 'new', 2);
  expect(await lease(run.runId, 'old', 2, old[1])).toEqual([]);
  expect(await holdsLease(database.db, old[1]!)).toBe(false);
  expect(places(await lease(run.runId, 'new', 2, fresh[1]))).toEqual(['hop2 0', 'hop2 4']);
});

test('a lease at the same time as another one’s next chunk takes it all over', async () => {
  const run = await plannedRun(database.db, { name: 'at-once', rows: 64, batch: 1 });
  for (let turn = 0; turn < 20; turn++) {
    const [held] = await lease(run.runId, 'old', 1);
    const [next, fresh] = await Promise.all([lease(run.runId, 'old', 40, held), lease(run.runId, 'new', 80)]);
    const newest = new Map(fresh.map((task) => [task.taskId, task.fence]));
    // Either it came too late and got nothing, or what it got was taken over at once.
    for (const { taskId, fence } of next) expect(newest.get(taskId)).toBe(fence + 1);
    expect(await holdsLease(database.db, fresh[0]!)).toBe(true);
  }
});

test('a task that failed for good is not leased, and its unit says why', async () => {
  const run = await plannedRun(database.db, { name: 'failed-for-good' });
  const [first, second] = await lease(run.runId, 'a', 2);
  expect(await unitFailure(database.db, run.runId, STAGE)).toBeNull();
  await failTask(database.db, { ...first!, error: { code: 'STEP_FAILED', message: 'no' } });
  await releaseTasks(database.db, [second!]);
  expect(places(await lease(run.runId, 'a', 9))).toEqual(['hop1 4', 'judge 0', 'judge 4']);
  expect(await unitFailure(database.db, run.runId, STAGE)).toEqual({ error: { code: 'STEP_FAILED', message: 'no' }, tasks: 1 });
});

test('a committed task holds nothing', async () => {
  const run = await plannedRun(database.db, { name: 'committed' });
  const [task] = await lease(run.runId, 'a', 1);
  await commitTasks(database.db, [run.commit(task!)]);
  expect(await lease(run.runId, 'a', 9, task)).toEqual([]);
});
