import { expect, test } from 'vitest';
import { startEmbedded } from '../../infra/embedded/start.ts';
import { commitTasks } from './commit-tasks.ts';
import { completeNodeKeys } from './complete-node-keys.ts';
import { plannedRun } from './fixtures/planned-run.ts';
import { useDatabase } from './fixtures/use-database.ts';
import { STAGE } from './fixtures/work-through.ts';
import { leaseTasks } from './lease-tasks.ts';

const database = useDatabase(startEmbedded);

test('a node counts as complete with its last item, failed ones included, and a node that no run has not at all', async () => {
  const { db } = database;
  const run = await plannedRun(db, { name: 'complete', rows: 8, batch: 4 });
  const keyOf = (name: string) => run.plan.nodes.find((node) => node.name === name)!.key;
  const keys = [keyOf('hop1'), keyOf('judge'), 'ab'.repeat(32)];
  const [first, second] = await leaseTasks(db, { runId: run.runId, unit: STAGE, limit: 2, worker: 'worker-1' });
  await commitTasks(db, [run.commit(first!)]);
  expect(await completeNodeKeys(db, keys)).toEqual(new Set());
  await commitTasks(db, [run.commit(second!, { failed: [run.items.hop1![6]!.key] })]);
  expect(await completeNodeKeys(db, keys)).toEqual(new Set([keyOf('hop1')]));
});
