import { expect, test } from 'vitest';
import { plannedRun } from '../engine/lineage/fixtures/planned-run.ts';
import { useDatabase } from '../engine/lineage/fixtures/use-database.ts';
import { STAGE } from '../engine/lineage/fixtures/work-through.ts';
import { type Db, type LeasedTask, leaseTasks, runProgress } from '../engine/lineage/index.ts';
import { startEmbedded } from '../infra/embedded/start.ts';
import { CommitQueue, GroupCommitter } from './commit-queue.ts';

const database = useDatabase(startEmbedded);
const lease = (runId: string): Promise<LeasedTask[]> => leaseTasks(database.db, { runId, unit: STAGE, worker: 'worker-1' });

test('tasks of two slices that finish together are committed together', async () => {
  const runs = [await plannedRun(database.db, { name: 'one' }), await plannedRun(database.db, { name: 'two' })];
  const committer = new GroupCommitter(database.db);
  const queues = runs.map(() => new CommitQueue(committer));
  for (const [index, run] of runs.entries()) for (const task of await lease(run.runId)) queues[index]!.add(run.commit(task));
  await Promise.all(queues.map((queue) => queue.drain()));
  expect(queues.map((queue) => queue.committed)).toEqual([4, 4]);
  for (const run of runs) {
    const { nodes } = await runProgress(database.db, run.runId);
    expect(nodes.find((node) => node.name === 'hop1')).toMatchObject({ made: 8 });
  }
});

test('a commit that the database refuses fails its own slice and nobody else’s', async () => {
  const [good, bad] = [await plannedRun(database.db, { name: 'good' }), await plannedRun(database.db, { name: 'bad' })];
  const committer = new GroupCommitter(database.db);
  const [well, ill] = [new CommitQueue(committer), new CommitQueue(committer)];
  const [goodTasks, badTasks] = [await lease(good.runId), await lease(bad.runId)];
  well.add(good.commit(goodTasks[0]!));
  const broken = bad.commit(badTasks[0]!);
  ill.add({ ...broken, result: { ...broken.result, items: [{ ...broken.result.items![0]!, contentDigest: 'no digest' }] } });
  well.add(good.commit(goodTasks[1]!));
  await well.drain();
  expect(well.committed).toBe(2);
  await expect(ill.drain()).rejects.toThrow();
  expect(ill.committed).toBe(0);
});

test('a slice whose lease was taken over stops with STALE_LEASE', async () => {
  const run = await plannedRun(database.db, { name: 'taken-over' });
  const [old] = await lease(run.runId);
  await lease(run.runId);
  const queue = new CommitQueue(new GroupCommitter(database.db));
  queue.add(run.commit(old!));
  await expect(queue.drain()).rejects.toMatchObject({ code: 'STALE_LEASE' });
  expect(() => queue.add(run.commit(old!))).toThrow();
});

test('tasks that finish shortly after each other share a transaction, and whoever waits for them does not wait for more', async () => {
  const run = await plannedRun(database.db, { name: 'short-tasks' });
  const [first, ...others] = await lease(run.runId);
  let transactions = 0;
  const counting: Db = {
    ...database.db,
    transaction: (work) => {
      transactions++;
      return database.db.transaction(work);
    },
  };
  // So long that only somebody who waits ends it: on a busy machine the first transaction takes longer than the usual spacing.
  const queue = new CommitQueue(new GroupCommitter(counting, 3_600_000));
  queue.add(run.commit(first!));
  await queue.drain();
  expect(transactions).toBe(1);
  for (const task of others) {
    queue.add(run.commit(task));
    await new Promise((resolve) => setImmediate(resolve));
  }
  await queue.drain();
  expect({ transactions, committed: queue.committed }).toEqual({ transactions: 2, committed: 1 + others.length });
});
