import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { plannedRun } from '../engine/lineage/fixtures/planned-run.ts';
import { STAGE } from '../engine/lineage/fixtures/work-through.ts';
import {
  commitTasks,
  createRun,
  failNode,
  getRun,
  leaseTasks,
  type RunRow,
  registerWorker,
  runExecutions,
  setRunState,
} from '../engine/lineage/index.ts';
import { launchRun } from '../engine/runs/index.ts';
import { registerDataset } from '../engine/runs/register-dataset.ts';
import { openTemporalRuns } from '../engine/runs/temporal-runs.ts';
import { openStore } from '../engine/store/open-store.ts';
import { type ApiHouse, colourRows, rowsReader, startApiHouse } from './api-house.ts';
import { createApi } from './server/create-api.ts';

/** There is no worker here: a run that was launched stays where it is, with its workflow open. */
let house: ApiHouse;
let api: ReturnType<typeof createApi>;

beforeAll(async () => {
  house = await startApiHouse();
  api = createApi({ services: house.services });
  await registerDataset(house.services, { name: 'toy', reader: rowsReader(await colourRows(4)) });
});
afterAll(() => house?.stop());

async function ask(query: string, variables: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
  const body = JSON.stringify({ query, variables });
  const headers = { host: '127.0.0.1', 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) };
  const answer = await (await api.fetch('http://127.0.0.1/graphql', { method: 'POST', body, headers })).json();
  expect((answer as { errors?: unknown }).errors).toBeUndefined();
  return (answer as { data: Record<string, unknown> }).data;
}

const errors = '__typename ... on Error { code message hint }';
const resume = async (runId: string): Promise<unknown> =>
  (
    await ask(
      `mutation ($runId: ID!) { resumeRun(runId: $runId) { ${errors} ... on ResumeRunSuccess {
         byItself codeRevision { before } nodes { name change } run { state attempts executions { number reason } } } } }`,
      { runId },
    )
  ).resumeRun;
const cancel = async (runId: string, reason?: string): Promise<unknown> =>
  (
    await ask(
      `mutation ($runId: ID!, $reason: String) { cancelRun(runId: $runId, reason: $reason) { ${errors} ... on RunSuccess { run { state cancelReason error { code message } } } } }`,
      { runId, reason },
    )
  ).cancelRun;
const rerun = async (variables: Record<string, unknown>): Promise<Answer> =>
  (
    await ask(
      `mutation ($runId: ID!, $strategy: RerunStrategy!, $fromNode: String, $reuse: Boolean) {
         rerun(runId: $runId, strategy: $strategy, fromNode: $fromNode, reuse: $reuse) { ${errors} ... on LaunchRunSuccess {
           run { seed params project remake parent { runId } root { runId } } } } }`,
      variables,
    )
  ).rerun as Answer;

interface Answer {
  __typename: string;
  code?: string;
  run?: { seed: number; params: unknown; remake: string[]; parent: { runId: string } };
}

const stored = (state?: RunRow['state']): Promise<RunRow> =>
  createRun(house.services.db, {
    pipeline: 'toy',
    pipelineVersion: '1',
    params: { dataset: 'toy', chains: 2 },
    seed: 3,
    codeRevision: 'old',
    environment: {},
  }).then((run) => (state ? setRunState(house.services.db, run.id, state) : run));

const countRuns = async (): Promise<number> =>
  (await house.services.db.query<{ runs: number }>('SELECT count(*)::int AS runs FROM run'))[0]!.runs;

describe('resume', () => {
  test('of an unknown id names the ids that come close', async () => {
    const { id } = await stored();
    expect(await resume(`${id.slice(0, -1)}!`)).toEqual({
      __typename: 'RunNotFound',
      code: 'RUN_NOT_FOUND',
      message: expect.stringContaining(`got ${id.slice(0, -1)}!`),
      hint: expect.stringContaining(id),
    });
  });

  test('of a run that succeeded is refused and changes nothing', async () => {
    const { id } = await stored('RUNNING');
    const before = await setRunState(house.services.db, id, 'SUCCEEDED');
    expect(await resume(id)).toMatchObject({
      __typename: 'RunNotResumable',
      message: expect.stringMatching(/state must be FAILED, .*got SUCCEEDED: it succeeded/),
      hint: expect.stringContaining('hopline rerun'),
    });
    expect(await getRun(house.services.db, id)).toEqual(before);
  });

  test('of a run that is running is refused and changes nothing', async () => {
    const { id } = await launchRun(house.services, { pipeline: 'toy', seed: 21 });
    const before = await getRun(house.services.db, id);
    expect(await resume(id)).toMatchObject({
      __typename: 'RunNotResumable',
      message: expect.stringContaining('it is running'),
      hint: `hopline watch ${id}`,
    });
    expect(await getRun(house.services.db, id)).toEqual(before);
    expect(await runExecutions(house.services.db, id)).toHaveLength(1);
  });

  test.each(['PLANNING', 'QUEUED', 'RUNNING', 'FAILED', 'CANCELLED', 'PAUSED'] as const)(
    'of a %s run without a workflow starts one, and says that the code is another',
    async (state) => {
      const { id } = await stored(state);
      expect(await resume(id)).toEqual({
        __typename: 'ResumeRunSuccess',
        byItself: false,
        codeRevision: { before: 'old' },
        nodes: [],
        run: {
          state: { FAILED: 'QUEUED', CANCELLED: 'QUEUED', PAUSED: 'RUNNING' }[state as string] ?? state,
          attempts: 2,
          executions: [
            { number: 0, reason: 'LAUNCHED' },
            { number: 1, reason: 'RESUMED' },
          ],
        },
      });
      expect(await house.services.temporal.isRunning(id)).toBe(true);
    },
  );

  test('of a run whose pipeline or dataset is gone names what is missing and changes nothing', async () => {
    const request = { pipelineVersion: '1', seed: 1, codeRevision: 'old', environment: {} };
    const gone = await createRun(house.services.db, { ...request, pipeline: 'gone', params: {} });
    const empty = await createRun(house.services.db, { ...request, pipeline: 'toy', params: { dataset: 'nope', chains: 1 } });
    for (const [{ id }, typename] of [
      [gone, 'PipelineNotFound'],
      [empty, 'DatasetMissing'],
    ] as const) {
      expect(await resume(id)).toMatchObject({ __typename: typename });
      expect(await runExecutions(house.services.db, id)).toHaveLength(1);
      expect(await house.services.temporal.isRunning(id)).toBe(false);
    }
  });
});

describe('cancel', () => {
  test('marks a run without a workflow at once, with the reason as its error', async () => {
    const { id } = await stored('QUEUED');
    expect(await cancel(id, 'too dear')).toMatchObject({
      run: { state: 'CANCELLED', cancelReason: 'too dear', error: { code: 'CANCELLED', message: 'too dear' } },
    });
    expect(await cancel(id)).toMatchObject({ __typename: 'RunStateConflict', code: 'RUN_FINISHED', hint: `hopline show ${id}` });
  });

  test('of a run at work writes the wish and its reason down, and asks the workflow', async () => {
    const { id } = await launchRun(house.services, { pipeline: 'toy', seed: 22 });
    expect(await cancel(id, 'wrong seed')).toMatchObject({ run: { state: 'PLANNING', cancelReason: 'wrong seed', error: null } });
    expect((await getRun(house.services.db, id)).cancelRequestedAt).not.toBeNull();
  });
});

describe('rerun', () => {
  test('from a node makes that one again and all that reads it', async () => {
    const parent = await stored('FAILED');
    const { run } = await rerun({ runId: parent.id, strategy: 'FROM_NODE', fromNode: 'scores' });
    expect(run).toEqual({
      seed: 3,
      params: expect.objectContaining({ dataset: 'toy', chains: 2 }),
      project: 'default',
      remake: ['scores', 'keep', 'count'],
      parent: { runId: parent.id },
      root: { runId: parent.id },
    });
  });

  test.each([
    [{ strategy: 'FROM_NODE', fromNode: 'texts' }, ['first', 'second', 'judge', 'scores', 'keep', 'count']],
    [{ strategy: 'FROM_NODE', fromNode: 'judge' }, ['judge', 'scores', 'keep', 'count']],
    [{ strategy: 'ALL', reuse: false }, ['first', 'second', 'judge', 'scores', 'keep', 'count']],
    [{ strategy: 'ALL' }, []],
    [{ strategy: 'FROM_FAILURE' }, []],
  ])('with %j makes again %j', async (request, remake) => {
    const { id } = await stored('CANCELLED');
    expect((await rerun({ runId: id, ...request })).run?.remake).toEqual(remake);
  });

  test.each([
    [{ strategy: 'FROM_NODE', fromNode: 'frist' }, 'RERUN_NODE_UNKNOWN', /one of texts, first, second.*got "frist"/],
    [{ strategy: 'FROM_NODE' }, 'RERUN_INVALID', /fromNode must name a node/],
    [{ strategy: 'ALL', fromNode: 'first' }, 'RERUN_INVALID', /must be left out for ALL/],
    [{ strategy: 'FROM_FAILURE', reuse: false }, 'RERUN_INVALID', /reuse must be true/],
  ])('with %j is %s, and nothing is stored', async (request, code, message) => {
    const { id } = await stored();
    const before = await countRuns();
    const answer = await rerun({ runId: id, ...request });
    expect(answer).toMatchObject({ __typename: 'RerunInvalid', code, message: expect.stringMatching(message) });
    expect(await countRuns()).toBe(before);
  });
});

test('workers are listed with what they have in hand, those that have ended are not', async () => {
  const facts = { host: 'h', pid: 7, buildId: 'b1', devices: ['cpu:0'], resources: ['cpu', 'gpu'] };
  for (const name of ['h/7-a', 'h/7-b']) await registerWorker(house.services.db, { ...facts, name });
  await house.services.db.query(`UPDATE worker SET ended_at = now() WHERE name = 'h/7-b'`);
  await house.services.db.query(
    `INSERT INTO worker_activity (task_token, worker, workflow_id, activity) VALUES ('\\x01', 'h/7-a', 'run/r1/stage/0/0', 'generate')`,
  );
  expect(await ask('{ workers { name host pid devices resources buildId inHand { activity workflowId } } }')).toEqual({
    workers: [{ ...facts, name: 'h/7-a', inHand: [{ activity: 'generate', workflowId: 'run/r1/stage/0/0' }] }],
  });
  await house.services.db.query('DELETE FROM worker');
});

test('failures are grouped by cause, with an example each and what helps', async () => {
  const { db } = house.services;
  const run = await plannedRun(db, { name: 'failing', maxFailures: 1 });
  const [task] = await leaseTasks(db, { runId: run.runId, unit: STAGE, worker: 'w', limit: 1 });
  const failed = run.items.hop1!.slice(0, 3).map((item) => item.key);
  await commitTasks(db, [run.commit(task!, { failed })]);
  await failNode(db, run.runId, 'keep', { code: 'NODE_FAILED_SHARE', message: 'too many' });
  const query = '{ edges { node { node cause count reason example remedy } } }';
  const answer = await ask(`query ($id: ID!) { run(id: $id) { failures ${query} } }`, { id: run.runId });
  const edges = (answer.run as { failures: { edges: { node: Record<string, unknown> }[] } }).failures.edges;
  expect(edges.map(({ node }) => node)).toEqual([
    {
      node: 'hop1',
      cause: 'killed the host twice',
      count: 3,
      reason: 'killed the host twice',
      example: failed[0],
      remedy: expect.stringContaining(`hopline lineage ${failed[0]!.slice(0, 12)}`),
    },
    {
      node: 'keep',
      cause: 'NODE_FAILED_SHARE',
      count: 1,
      reason: 'too many',
      example: null,
      remedy: expect.stringContaining(`hopline resume ${run.runId}`),
    },
  ]);
});

test('a run is not stored when the Temporal namespace is missing', async () => {
  const before = await countRuns();
  const temporal = openTemporalRuns({ address: house.env.TEMPORAL_ADDRESS!, namespace: 'research' });
  await expect(launchRun({ ...house.services, temporal }, { pipeline: 'toy' })).rejects.toMatchObject({
    code: 'TEMPORAL_NAMESPACE_MISSING',
    message: expect.stringContaining('research'),
  });
  expect(await countRuns()).toBe(before);
  await temporal.close();
});

test('a run is not stored when the store can not be written', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'hopline-readonly-'));
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'ro', 'tmpfs', folder]).status !== 0)
    return context.skip('needs the right to mount a tmpfs');
  try {
    const before = await countRuns();
    const store = openStore(`file://${folder}`);
    await expect(launchRun({ ...house.services, store }, { pipeline: 'toy' })).rejects.toMatchObject({
      code: 'STORE_READ_ONLY',
      message: expect.stringContaining(folder),
    });
    expect(await countRuns()).toBe(before);
  } finally {
    spawnSync('umount', [folder]);
    rmSync(folder, { recursive: true });
  }
});
