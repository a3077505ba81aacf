import { describe, expect, test } from 'vitest';
import { startEmbedded } from '../../infra/embedded/start.ts';
import { sha256 } from '../plan/digest.ts';
import { assertFanIn } from './assert-fan-in.ts';
import { commitTasks } from './commit-tasks.ts';
import { createRun } from './create-run.ts';
import { plannedRun } from './fixtures/planned-run.ts';
import { storePlan } from './fixtures/store-plan.ts';
import { useDatabase } from './fixtures/use-database.ts';
import { STAGE, workThrough } from './fixtures/work-through.ts';
import { getRun } from './get-run.ts';
import { latestPlanNodes } from './latest-plan-nodes.ts';
import { leaseTasks } from './lease-tasks.ts';
import { listRuns } from './list-runs.ts';
import { failNode } from './node-state.ts';
import { runProgress } from './run-progress.ts';
import { setRunState } from './set-run-state.ts';
import { stepTimings } from './step-timings.ts';

const database = useDatabase(startEmbedded);
const request = {
  pipeline: 'p',
  pipelineVersion: '1',
  params: { keep: 2 },
  seed: 5,
  codeRevision: 'abc',
  environment: { node: '20' },
};

describe('createRun', () => {
  test('gives the same run for the same idempotency key and request, and refuses another request', async () => {
    const first = await createRun(database.db, { ...request, idempotencyKey: 'k', labels: { a: 'b' } });
    const again = await createRun(database.db, { ...request, idempotencyKey: 'k', codeRevision: 'def' });
    expect([first.created, again.created, again.id]).toEqual([true, false, first.id]);
    expect(first).toMatchObject({
      project: 'default',
      state: 'PLANNING',
      labels: { a: 'b' },
      workflowId: `run/${first.id}`,
      rootRunId: first.id,
    });
    await expect(createRun(database.db, { ...request, seed: 6, idempotencyKey: 'k' })).rejects.toMatchObject({
      code: 'IDEMPOTENCY_CONFLICT',
    });
    const together = await Promise.all([1, 2, 3, 4].map(() => createRun(database.db, { ...request, idempotencyKey: 'race' })));
    expect(new Set(together.map((run) => run.id)).size).toBe(1);
    expect(together.filter((run) => run.created).length).toBe(1);
  });

  test('keeps the family of a run that is run again', async () => {
    const parent = await createRun(database.db, request);
    const child = await createRun(database.db, { ...request, parentRunId: parent.id });
    const grandchild = await createRun(database.db, { ...request, parentRunId: child.id });
    expect([grandchild.parentRunId, grandchild.rootRunId]).toEqual([child.id, parent.id]);
    await expect(createRun(database.db, { ...request, parentRunId: 'r0' })).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' });
  });

  test('lists the newest first, page by page', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 5; index++) {
      ids.unshift((await createRun(database.db, { ...request, pipeline: 'listed' })).id);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    const first = await listRuns(database.db, { limit: 3, pipeline: 'listed' });
    const rest = await listRuns(database.db, { limit: 3, pipeline: 'listed', after: first[2]!.id });
    expect([...first, ...rest].map((run) => run.id)).toEqual(ids);
    expect(await listRuns(database.db, { limit: 3, pipeline: 'listed', states: ['FAILED'] })).toEqual([]);
  });
});

describe('setRunState', () => {
  test('follows the legal ways only', async () => {
    const { id } = await createRun(database.db, request);
    await setRunState(database.db, id, 'RUNNING', { resumed: { codeRevision: 'def', environment: {} } });
    await setRunState(database.db, id, 'RUNNING');
    const done = await setRunState(database.db, id, 'SUCCEEDED', { rootDigest: sha256('root') });
    expect(done).toMatchObject({ attempts: 2, rootDigest: sha256('root') });
    expect(done.finishedAt).not.toBeNull();
    await expect(setRunState(database.db, id, 'RUNNING')).rejects.toMatchObject({
      code: 'RUN_STATE_CONFLICT',
      message: expect.stringContaining('SUCCEEDED'),
    });
    await expect(setRunState(database.db, 'r0', 'RUNNING')).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' });
  });

  test('a resume wakes what failed', async () => {
    const run = await plannedRun(database.db, { name: 'woken' });
    await setRunState(database.db, run.runId, 'RUNNING');
    await failNode(database.db, run.runId, 'keep', { code: 'STEP_FAILED', message: 'no' });
    const failed = await setRunState(database.db, run.runId, 'FAILED', { error: { code: 'STEP_FAILED', message: 'no' } });
    expect(failed.error).toEqual({ code: 'STEP_FAILED', message: 'no' });
    const resumed = await setRunState(database.db, run.runId, 'QUEUED');
    expect(resumed).toMatchObject({ error: null, finishedAt: null });
    expect((await runProgress(database.db, run.runId)).nodes.find((node) => node.name === 'keep')).toMatchObject({
      state: 'PENDING',
      error: null,
    });
  });
});

describe('a stored plan', () => {
  test('changes nothing for the same digest, and adopts what is there for another', async () => {
    const run = await plannedRun(database.db, { name: 'replanned' });
    await workThrough(database.db, run);
    const { planDigest } = await getRun(database.db, run.runId);
    expect(await storePlan(database.db, run.runId, { plan: run.plan, planDigest: planDigest!, tasks: [] })).toBe(false);
    expect((await runProgress(database.db, run.runId)).totals.made).toBe(20);
    expect(await storePlan(database.db, run.runId, { plan: run.plan, planDigest: sha256('other'), tasks: [] })).toBe(true);
    expect((await runProgress(database.db, run.runId)).totals).toMatchObject({ made: 0, cached: 4, expected: 28 });
  });

  test('makes leases of the older plan stale', async () => {
    const run = await plannedRun(database.db, { name: 'replaced' });
    const [task] = await leaseTasks(database.db, { runId: run.runId, unit: STAGE, worker: 'w', limit: 1 });
    await storePlan(database.db, run.runId, { plan: run.plan, planDigest: sha256('other'), tasks: [] });
    expect(await commitTasks(database.db, [run.commit(task!)])).toEqual([{ taskId: task!.taskId, outcome: 'stale' }]);
  });

  test('is what the next plan is compared with', async () => {
    const run = await plannedRun(database.db, { name: 'compared' });
    const latest = await latestPlanNodes(database.db, { pipeline: 'compared' });
    expect(latest!.runId).toBe(run.runId);
    expect(latest!.nodes.map((node) => node.name)).toEqual(run.plan.nodes.map((node) => node.name));
    expect(latest!.nodes[1]).toMatchObject({
      params: { of: 'compared' },
      codeDigest: sha256('code'),
      inputs: { source: [{ node: 'source', medium: 'text' }] },
    });
    expect(await latestPlanNodes(database.db, { pipeline: 'compared', beforeRun: run.runId })).toBeNull();
  });
});

describe('assertFanIn', () => {
  test('a short fan-in is refused', async () => {
    const run = await plannedRun(database.db, { name: 'short' });
    const [task] = await leaseTasks(database.db, { runId: run.runId, unit: STAGE, worker: 'w', limit: 1 });
    await commitTasks(database.db, [run.commit(task!)]);
    await expect(assertFanIn(database.db, run.runId, ['source', 'hop1'])).rejects.toMatchObject({
      code: 'FAN_IN_SHORT',
      message: 'node "hop1" must have 8 items before the next one starts, got 4',
    });
  });

  test('a complete one passes, counted from what is there and not from counters', async () => {
    const run = await plannedRun(database.db, { name: 'complete' });
    await workThrough(database.db, run);
    const names = run.plan.nodes.map((node) => node.name);
    await assertFanIn(database.db, run.runId, names);
    await database.db.query(
      `DELETE FROM node_sample m USING node n WHERE n.id = m.node_id AND n.run_id = $1 AND n.name = 'hop1' AND m.ordinal = 3`,
      [run.runId],
    );
    await expect(assertFanIn(database.db, run.runId, names)).rejects.toMatchObject({ code: 'FAN_IN_SHORT' });
    await expect(assertFanIn(database.db, run.runId, ['nowhere'])).rejects.toMatchObject({ code: 'NODE_NOT_FOUND' });
  });

  test('too many failures are refused, few are not', async () => {
    for (const [maxFailures, code] of [
      [0.1, 'NODE_FAILED_SHARE'],
      [0.25, null],
    ] as const) {
      const run = await plannedRun(database.db, { name: `share-${maxFailures}`, maxFailures });
      const failed = run.items.hop1!.slice(0, 2).map((item) => item.key);
      const tasks = (await leaseTasks(database.db, { runId: run.runId, unit: STAGE, worker: 'w' })).filter(
        (task) => task.node === 'hop1',
      );
      await commitTasks(
        database.db,
        tasks.map((task) => run.commit(task, { failed })),
      );
      const check = assertFanIn(database.db, run.runId, ['hop1']);
      if (code) await expect(check).rejects.toMatchObject({ code });
      else await check;
    }
  });
});

describe('runProgress', () => {
  test('measures the pace and predicts the rest; steps are timed for later plans', async () => {
    const run = await plannedRun(database.db, { name: 'paced' });
    await setRunState(database.db, run.runId, 'RUNNING');
    expect(await runProgress(database.db, run.runId)).toMatchObject({ rate: 0, etaSeconds: null });
    const [task] = await leaseTasks(database.db, { runId: run.runId, unit: STAGE, worker: 'w', limit: 1 });
    await commitTasks(database.db, [{ ...run.commit(task!, { seconds: 2 }), startedAt: new Date(Date.now() - 2000) }]);
    const progress = await runProgress(database.db, run.runId);
    expect(progress.rate).toBeGreaterThan(1);
    expect(progress.etaSeconds).toBeGreaterThan(4);
    await setRunState(database.db, run.runId, 'FAILED');
    expect(await runProgress(database.db, run.runId)).toMatchObject({ rate: expect.any(Number), etaSeconds: null });
    expect((await stepTimings(database.db, ['hop1@1', 'never@1'])).get('never@1')).toBeUndefined();
    expect((await stepTimings(database.db, ['hop1@1'])).get('hop1@1')).toBeGreaterThan(0);
  });
});
