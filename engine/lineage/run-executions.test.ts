import { describe, expect, test } from 'vitest';
import { startEmbedded } from '../../infra/embedded/start.ts';
import { attemptCounts } from './attempt-counts.ts';
import { closeRunIds } from './close-run-ids.ts';
import { commitTasks } from './commit-tasks.ts';
import { createRun } from './create-run.ts';
import { releaseTasks } from './end-attempt.ts';
import { plannedRun } from './fixtures/planned-run.ts';
import { useDatabase } from './fixtures/use-database.ts';
import { STAGE } from './fixtures/work-through.ts';
import { getRun } from './get-run.ts';
import { leaseTasks } from './lease-tasks.ts';
import { requestCancel } from './request-cancel.ts';
import { runExecutions } from './run-executions.ts';
import { setRunState } from './set-run-state.ts';

const database = useDatabase(startEmbedded);
const request = { pipeline: 'p', pipelineVersion: '1', params: {}, seed: 5, codeRevision: 'abc', environment: { node: '20' } };
const resumed = { codeRevision: 'def', environment: { node: '22' } };

describe('executions', () => {
  test('the launch and each resume are recorded with their code', async () => {
    const { id } = await createRun(database.db, request);
    await setRunState(database.db, id, 'FAILED', { error: { code: 'X', message: 'x' } });
    await setRunState(database.db, id, 'QUEUED', { resumed });
    const run = await setRunState(database.db, id, 'QUEUED', { resumed: { ...resumed, codeRevision: 'ghi' } });
    expect(run).toMatchObject({ attempts: 3, codeRevision: 'abc', error: null });
    expect(await runExecutions(database.db, id)).toMatchObject([
      { number: 0, reason: 'launched', codeRevision: 'abc', environment: { node: '20' } },
      { number: 1, reason: 'resumed', codeRevision: 'def', environment: { node: '22' } },
      { number: 2, reason: 'resumed', codeRevision: 'ghi' },
    ]);
  });

  test('a run from before there was a record gets its launch with its first resume', async () => {
    const { id } = await createRun(database.db, request);
    await database.db.query('DELETE FROM run_execution WHERE run_id = $1', [id]);
    await setRunState(database.db, id, 'PLANNING', { resumed });
    const [launch, resume] = await runExecutions(database.db, id);
    expect([launch?.reason, resume?.reason]).toEqual(['launched', 'resumed']);
    expect(launch!.startedAt).toEqual((await getRun(database.db, id)).createdAt);
  });

  test('what a rerun makes again belongs to the request; where there is none, the request is what it always was', async () => {
    const plain = await createRun(database.db, { ...request, idempotencyKey: 'remake' });
    expect((await createRun(database.db, { ...request, remake: [], idempotencyKey: 'remake' })).id).toBe(plain.id);
    await expect(createRun(database.db, { ...request, remake: ['a'], idempotencyKey: 'remake' })).rejects.toMatchObject({
      code: 'IDEMPOTENCY_CONFLICT',
    });
    expect((await createRun(database.db, { ...request, remake: ['a', 'b'] })).remake).toEqual(['a', 'b']);
  });
});

describe('a wish to cancel', () => {
  test('is written down once, becomes the error when the run is marked, and is forgotten by a resume', async () => {
    const { id } = await createRun(database.db, request);
    const asked = await requestCancel(database.db, id, 'too dear');
    expect(asked).toMatchObject({ state: 'PLANNING', cancelReason: 'too dear', cancelRequestedAt: expect.any(Date) });
    expect(await requestCancel(database.db, id, 'other')).toMatchObject({
      cancelReason: 'too dear',
      cancelRequestedAt: asked.cancelRequestedAt,
    });
    expect((await setRunState(database.db, id, 'CANCELLED')).error).toEqual({ code: 'CANCELLED', message: 'too dear' });
    await expect(requestCancel(database.db, id)).rejects.toMatchObject({ code: 'RUN_FINISHED' });
    expect(await setRunState(database.db, id, 'QUEUED', { resumed })).toMatchObject({
      error: null,
      cancelReason: null,
      cancelRequestedAt: null,
    });
  });

  test('without a reason leaves a cancelled run without an error', async () => {
    const { id } = await createRun(database.db, request);
    await requestCancel(database.db, id);
    expect((await setRunState(database.db, id, 'CANCELLED')).error).toBeNull();
  });
});

describe('attempt counts', () => {
  test('tell how often tasks were tried and that none was finished twice', async () => {
    const run = await plannedRun(database.db, { name: 'counted', rows: 12 });
    const lease = (worker: string, limit?: number) => leaseTasks(database.db, { runId: run.runId, unit: STAGE, worker, limit });
    const lost = await lease('w1', 2);
    const taken = await lease('w2', 1);
    await releaseTasks(database.db, taken);
    const last = await lease('w3', 2);
    await commitTasks(database.db, [run.commit(lost[0]!), run.commit(last[0]!)]);
    const [first] = await attemptCounts(database.db, run.runId);
    expect(first).toEqual({
      node: 'hop1',
      tasks: { pending: 1, running: 1, committed: 1, failed: 0 },
      attempts: { committed: 1, superseded: 2, failed: 0, released: 1, open: 1 },
      tasksCommittedTwice: 0,
      tasksStartedAfterCommit: 0,
    });
  });

  test('would show a task that was leased after its commit', async () => {
    const run = await plannedRun(database.db, { name: 'twice' });
    const [task] = await leaseTasks(database.db, { runId: run.runId, unit: STAGE, worker: 'w', limit: 1 });
    await commitTasks(database.db, [run.commit(task!)]);
    await database.db.query(`INSERT INTO attempt (task_id, fence, worker, outcome) VALUES ($1, 9, 'w', 'committed')`, [
      task!.taskId,
    ]);
    const [first] = await attemptCounts(database.db, run.runId);
    expect(first).toMatchObject({ tasksCommittedTwice: 1, tasksStartedAfterCommit: 1 });
  });
});

test('an unknown id is answered with the ids that come close', async () => {
  const { id } = await createRun(database.db, request);
  const typo = `${id.slice(0, -2)}${id.at(-1)}${id.at(-2)}`;
  expect(await closeRunIds(database.db, typo)).toContain(id);
  expect(await closeRunIds(database.db, id.slice(0, 12))).toContain(id);
  expect(await closeRunIds(database.db, 'demo')).toEqual([]);
  await expect(getRun(database.db, `${id}x`)).rejects.toMatchObject({ code: 'RUN_NOT_FOUND', hint: expect.stringContaining(id) });
});
