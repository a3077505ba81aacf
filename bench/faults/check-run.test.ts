import { beforeEach, expect, test } from 'vitest';
import { plannedRun } from '../../engine/lineage/fixtures/planned-run.ts';
import { useDatabase } from '../../engine/lineage/fixtures/use-database.ts';
import { workThrough } from '../../engine/lineage/fixtures/work-through.ts';
import { startEmbedded } from '../../infra/embedded/start.ts';
import { checkRun } from './check-run.ts';

const database = useDatabase(startEmbedded);
const clean = { lost: 0, doubled: 0, stale: 0, again: 0, divergences: 0 };
let runId: string;
let runs = 0;

beforeEach(async () => {
  const run = await plannedRun(database.db, { name: `checked-${runs++}` });
  await workThrough(database.db, run);
  runId = run.runId;
});

const spoil = (sql: string) => database.db.query(sql.replaceAll('RUN', `'${runId}'`));

test('a run that went well has nothing to complain of', async () => {
  const check = await checkRun(database.db, runId);
  expect(check).toMatchObject(clean);
  expect(check.tasks).toBeGreaterThan(5);
});

test('a member that is not there is lost', async () => {
  await spoil(
    `DELETE FROM node_sample WHERE (node_id, ordinal) IN (SELECT n.id, 0 FROM node n WHERE n.run_id = RUN AND n.name = 'hop1')`,
  );
  expect(await checkRun(database.db, runId)).toMatchObject({ ...clean, lost: 1 });
});

test('a member that stands twice is doubled', async () => {
  await spoil(`INSERT INTO node_sample (node_id, ordinal, sample_id)
    SELECT n.id, 0, (SELECT max(m.sample_id) FROM node_sample m WHERE m.node_id = n.id) FROM node n WHERE n.run_id = RUN AND n.name = 'hop1'`);
  expect(await checkRun(database.db, runId)).toMatchObject({ ...clean, doubled: 1 });
});

test('a derivation whose products another one made is doubled work', async () => {
  await spoil(`INSERT INTO derivation (step, params, models, code_digest, run_id, node, task_id, worker, device, started_at, seconds, items)
    SELECT step, params, models, code_digest, run_id, node, task_id, worker, device, started_at, 1, items FROM derivation WHERE run_id = RUN LIMIT 1`);
  expect(await checkRun(database.db, runId)).toMatchObject({ ...clean, doubled: 1 });
});

test('a commit under an older fence is stale', async () => {
  await spoil(`UPDATE task SET fence = fence + 1 WHERE id = (SELECT min(id) FROM task WHERE run_id = RUN)`);
  expect(await checkRun(database.db, runId)).toMatchObject({ ...clean, stale: 1 });
});

test('a task that was leased after its commit, or committed by two attempts, was executed again', async () => {
  await spoil(`INSERT INTO attempt (task_id, fence, worker, started_at, outcome)
    SELECT min(id), 99, 'w', now() + interval '1 second', 'superseded' FROM task WHERE run_id = RUN`);
  expect(await checkRun(database.db, runId)).toMatchObject({ ...clean, again: 1 });
  await spoil(`UPDATE attempt SET started_at = '2020-01-01', outcome = 'committed', fence = 0 WHERE fence = 99
    AND task_id IN (SELECT id FROM task WHERE run_id = RUN)`);
  expect(await checkRun(database.db, runId)).toMatchObject({ again: 1, stale: 1 });
});
