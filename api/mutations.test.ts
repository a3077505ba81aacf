import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRun, getRun, type RunRow, readEvents, registerModel, setRunState } from '../engine/lineage/index.ts';
import { sha256 } from '../engine/plan/digest.ts';
import { launchRun, previewPlan } from '../engine/runs/index.ts';
import { registerDataset } from '../engine/runs/register-dataset.ts';
import { type ApiHouse, colourRows, rowsReader, startApiHouse } from './api-house.ts';
import { createApi } from './server/create-api.ts';

/** There is no worker here: a run that was launched stays where it is, with its workflow open. */
let house: ApiHouse;
let api: ReturnType<typeof createApi>;
let four: string;

beforeAll(async () => {
  house = await startApiHouse();
  api = createApi({ services: house.services });
  four = (await registerDataset(house.services, { name: 'toy', reader: rowsReader(await colourRows(4)) })).digest;
  await registerDataset(house.services, { name: 'six', reader: rowsReader(await colourRows(6)) });
});
afterAll(() => house?.stop());

interface Answer {
  __typename: string;
  code?: string;
  message?: string;
  violations?: { path: string; message: string }[];
  run?: Record<string, unknown>;
  [field: string]: unknown;
}

async function ask(mutation: string, variables: Record<string, unknown>): Promise<Answer> {
  const body = JSON.stringify({ query: mutation, variables });
  const headers = { host: '127.0.0.1', 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) };
  const answer = (await (await api.fetch('http://127.0.0.1/graphql', { method: 'POST', body, headers })).json()) as {
    data: Record<string, Answer>;
    errors?: unknown;
  };
  expect(answer.errors).toBeUndefined();
  return Object.values(answer.data)[0]!;
}

const launch = (input: Record<string, unknown>): Promise<Answer> =>
  ask(
    `mutation ($input: LaunchRunInput!) { launchRun(input: $input) { __typename ... on Error { code message hint }
       ... on InvalidParams { violations { path message } } ... on LaunchRunSuccess { run { runId labels } } } }`,
    { input: { pipeline: 'toy', ...input } },
  );
const label = (runId: string, labels: Record<string, string>): Promise<Answer> =>
  ask(
    `mutation ($runId: ID!, $labels: [LabelInput!]!) { labelRun(runId: $runId, labels: $labels) { __typename ... on Error { code }
       ... on InvalidLabels { violations { path } } ... on RunSuccess { run { labels } } } }`,
    { runId, labels: Object.entries(labels).map(([name, value]) => ({ name, value })) },
  );
const bulk = (name: 'cancelRuns' | 'resumeRuns', filter: Record<string, unknown>, more = ''): Promise<Answer> =>
  ask(
    `mutation ($filter: RunFilter!) { ${name}(filter: $filter${more}) { __typename ... on Error { code }
       ... on BulkRunSuccess { done refused remaining outcomes { done code run { runId state } } } } }`,
    { filter },
  );
const retract = (input: Record<string, unknown>): Promise<Answer> =>
  ask(
    `mutation ($input: RetractInput!) { retract(input: $input) { __typename ... on Error { code message }
       ... on RetractSuccess { retraction { kind key name reason retractedBy project } impact { samples runs } } } }`,
    { input },
  );

const stored = (pipeline: string, state?: RunRow['state']): Promise<RunRow> =>
  createRun(house.services.db, {
    pipeline,
    pipelineVersion: '1',
    params: { dataset: 'toy', chains: 2 },
    seed: 3,
    codeRevision: 'old',
    environment: {},
  }).then((run) => (state ? setRunState(house.services.db, run.id, state) : run));

const countRuns = async (): Promise<number> =>
  (await house.services.db.query<{ runs: number }>('SELECT count(*)::int AS runs FROM run'))[0]!.runs;

describe('a launch', () => {
  test('that is wrong in many places is told of all of them at once, with their paths', async () => {
    const before = await countRuns();
    const answer = await launch({
      params: { chains: 0, kep: 1, word: 7 },
      seed: -1,
      priority: 9,
      labels: [{ name: '', value: 'x' }],
      datasets: [1],
      models: { painter: 7 },
    });
    expect(answer).toMatchObject({ __typename: 'InvalidParams', code: 'PARAMS_INVALID' });
    expect(answer.violations!.map(({ path }) => path).sort()).toEqual([
      'datasets',
      'labels.""',
      'models.painter',
      'params.chains',
      'params.kep',
      'params.word',
      'priority',
      'seed',
    ]);
    expect(await countRuns()).toBe(before);
  });

  test.for([{ params: [] }, { datasets: 'six' }, { models: { painter: 7 } }])(
    'with %j is told where it is wrong',
    async (input) => {
      const answer = await launch(input);
      expect(answer.code).toBe('PARAMS_INVALID');
      expect(answer.violations![0]!.path).toContain(Object.keys(input)[0]);
    },
  );

  test('with the same idempotency key is the same run, and a conflict with other params', async () => {
    const input = { seed: 71, idempotencyKey: 'nightly' };
    const [one, two] = [await launch(input), await launch(input)];
    expect(two).toEqual(one);
    expect(await launch({ ...input, params: { chains: 3 } })).toMatchObject({
      __typename: 'IdempotencyConflict',
      code: 'IDEMPOTENCY_CONFLICT',
    });
  });

  test('uses the version that it pins, by name or digest, also after another has been registered', async () => {
    const rowsOf = async (datasets: Record<string, string>): Promise<number> => {
      const { nodes } = await previewPlan(house.services, { pipeline: 'toy', datasets });
      return nodes.find((node) => node.name === 'texts')!.expected;
    };
    expect(await rowsOf({ toy: 'six' })).toBe(6);
    expect(await rowsOf({ toy: four })).toBe(4);
    const { run } = await launch({ seed: 72, datasets: { toy: four } });
    const { pins } = await getRun(house.services.db, run!.runId as string);
    expect(pins).toEqual({ datasets: { toy: { name: 'toy', digest: four } } });
  });

  test('that pins what the pipeline does not use, or what is not registered, is refused', async () => {
    expect(await launch({ datasets: { scenes: 'six' } })).toMatchObject({
      code: 'PARAMS_INVALID',
      violations: [{ path: 'datasets.scenes', message: expect.stringContaining('toy') }],
    });
    expect(await launch({ datasets: { toy: 'seven' } })).toMatchObject({ __typename: 'DatasetMissing' });
    expect(await launch({ datasets: { toy: sha256('x') } })).toMatchObject({ __typename: 'DatasetMissing' });
    expect(await launch({ models: { painter: 'x' } })).toMatchObject({ code: 'PARAMS_INVALID' });
  });
});

describe('labels', () => {
  test('are merged, and an empty value removes one', async () => {
    const { id } = await stored('labelled');
    expect((await label(id, { owner: 'ada', stage: 'draft' })).run).toEqual({ labels: { owner: 'ada', stage: 'draft' } });
    expect((await label(id, { stage: '', paper: '7' })).run).toEqual({ labels: { owner: 'ada', paper: '7' } });
    const { events } = await readEvents(house.services.db, { runId: id, limit: 50 });
    expect(events.filter(({ type }) => type === 'run.labelled').map(({ payload }) => payload.changed)).toEqual([
      { owner: 'ada', stage: 'draft' },
      { stage: '', paper: '7' },
    ]);
  });

  test('that say nothing new tell nothing', async () => {
    const { id } = await stored('labelled');
    await label(id, { owner: 'ada' });
    await label(id, { owner: 'ada', stage: '' });
    const { events } = await readEvents(house.services.db, { runId: id, limit: 50 });
    expect(events.filter(({ type }) => type === 'run.labelled')).toHaveLength(1);
  });

  test('too long, too many or without a name are refused, and none is taken', async () => {
    const { id } = await stored('labelled');
    expect(await label(id, { good: 'one', ['x'.repeat(101)]: 'y', long: 'z'.repeat(1_001) })).toMatchObject({
      __typename: 'InvalidLabels',
      violations: [{ path: `labels."${'x'.repeat(100)}"` }, { path: 'labels."long"' }],
    });
    const many = Object.fromEntries(Array.from({ length: 65 }, (_, index) => [`l${index}`, 'x']));
    expect(await label(id, many)).toMatchObject({ code: 'LABELS_INVALID' });
    expect((await getRun(house.services.db, id)).labels).toEqual({});
    expect(await label('rnothing', { a: 'b' })).toMatchObject({ __typename: 'RunNotFound' });
  });
});

describe('many runs at once', () => {
  test('are cancelled by a filter, each with what became of it', async () => {
    const open = [await stored('bulk-a', 'RUNNING'), await stored('bulk-a', 'QUEUED')];
    const done = await stored('bulk-a', 'FAILED');
    expect(await bulk('cancelRuns', { pipeline: 'bulk-a' })).toEqual({
      __typename: 'BulkRunSuccess',
      done: 2,
      refused: 0,
      remaining: 0,
      outcomes: open.toReversed().map(({ id }) => ({ done: true, code: null, run: { runId: id, state: 'CANCELLED' } })),
    });
    expect((await getRun(house.services.db, done.id)).state).toBe('FAILED');
    const why = await stored('bulk-a', 'RUNNING');
    await bulk('cancelRuns', { pipeline: 'bulk-a' }, ', reason: "too dear"');
    expect(await getRun(house.services.db, why.id)).toMatchObject({ state: 'CANCELLED', cancelReason: 'too dear' });
  });

  test('that are named by their state are refused one by one', async () => {
    const run = await stored('bulk-b', 'FAILED');
    expect(await bulk('cancelRuns', { pipeline: 'bulk-b', states: ['FAILED'] })).toMatchObject({
      done: 0,
      refused: 1,
      outcomes: [{ done: false, code: 'RUN_FINISHED', run: { runId: run.id } }],
    });
  });

  test('are resumed as far as they can be', async () => {
    const [failed, unknown] = [await stored('toy', 'FAILED'), await stored('bulk-c', 'FAILED')];
    for (const { id } of [failed, unknown]) await label(id, { batch: 'c' });
    const answer = await bulk('resumeRuns', { labels: [{ name: 'batch', value: 'c' }] });
    expect(answer).toMatchObject({
      done: 1,
      refused: 1,
      outcomes: [
        { done: false, code: 'PIPELINE_NOT_FOUND', run: { runId: unknown.id, state: 'FAILED' } },
        { done: true, code: null, run: { runId: failed.id, state: 'QUEUED' } },
      ],
    });
  });

  test.for([{}, { states: [] }, { pipeline: null }, { labels: [] }])('are not touched by the empty filter %j', async (filter) => {
    const { id } = await stored('bulk-d', 'RUNNING');
    for (const name of ['cancelRuns', 'resumeRuns'] as const)
      expect(await bulk(name, filter)).toEqual({ __typename: 'EmptyFilter', code: 'BULK_FILTER_EMPTY' });
    expect(await getRun(house.services.db, id)).toMatchObject({ state: 'RUNNING', cancelRequestedAt: null });
  });

  test('beyond 1,000 remain for the next request', async () => {
    const { db } = house.services;
    const { id } = await stored('bulk-e', 'FAILED');
    await db.query(
      `INSERT INTO run (id, project_id, pipeline, pipeline_version, params, seed, state, root_run_id, code_revision, environment, request_digest, workflow_id, attempts)
       SELECT 'r0bulk' || g, project_id, pipeline, pipeline_version, params, seed, state, root_run_id, code_revision, environment, request_digest, 'run/r0bulk' || g, 1
         FROM run, generate_series(1, 1001) g WHERE id = $1`,
      [id],
    );
    const answer = await bulk('cancelRuns', { pipeline: 'bulk-e', states: ['FAILED'] });
    expect(answer).toMatchObject({ done: 0, refused: 1_000, remaining: 2 });
  });
});

describe('a retraction', () => {
  test('of a dataset or a model is told to whoever wants to use it, until it is withdrawn', async () => {
    const reason = 'the licence was not what we thought';
    expect(await retract({ dataset: 'six', dryRun: true })).toMatchObject({ __typename: 'RetractSuccess', retraction: null });
    expect((await launch({ seed: 80, params: { dataset: 'six' } })).__typename).toBe('LaunchRunSuccess');
    expect(await retract({ dataset: 'six', reason })).toMatchObject({
      retraction: { kind: 'DATASET', name: 'six', reason, project: null },
    });
    expect(await launch({ seed: 81, params: { dataset: 'six' } })).toMatchObject({
      __typename: 'DatasetRetracted',
      message: expect.stringContaining(reason),
    });
    expect(await launch({ seed: 81, datasets: { toy: 'six' } })).toMatchObject({ code: 'DATASET_RETRACTED' });
    await expect(previewPlan(house.services, { pipeline: 'toy', datasets: { toy: 'six' } })).rejects.toMatchObject({
      code: 'DATASET_RETRACTED',
    });
    expect((await retract({ dataset: 'six', withdraw: true })).__typename).toBe('RetractSuccess');
    expect((await launch({ seed: 81, params: { dataset: 'six' } })).__typename).toBe('LaunchRunSuccess');
    expect(await retract({ dataset: 'six', withdraw: true })).toMatchObject({ __typename: 'RetractionNotFound' });
  });

  test('for one project holds there alone', async () => {
    const reason = 'not here';
    expect(await retract({ dataset: 'six', project: 'nowhere', reason })).toMatchObject({ code: 'PROJECT_NOT_FOUND' });
    expect(await retract({ dataset: 'six', project: 'default', reason })).toMatchObject({ retraction: { project: 'default' } });
    expect(await launch({ seed: 82, params: { dataset: 'six' } })).toMatchObject({ __typename: 'DatasetRetracted' });
    expect(await launch({ seed: 82, params: { dataset: 'six' }, project: 'there' })).toMatchObject({
      __typename: 'LaunchRunSuccess',
    });
    expect(await retract({ dataset: 'six', withdraw: true })).toMatchObject({ __typename: 'RetractionNotFound' });
    expect((await retract({ dataset: 'six', project: 'default', withdraw: true })).__typename).toBe('RetractSuccess');
  });

  test('of one version leaves another one usable', async () => {
    const model = { name: 'painter', adapter: 'a', files: {}, source: 'test', size: 0 };
    await registerModel(house.services.db, { ...model, digest: sha256('painter 1') });
    await registerModel(house.services.db, { ...model, digest: sha256('painter 2') });
    expect(await retract({ model: 'painter', reason: 'leaks' })).toMatchObject({
      retraction: { key: sha256('painter 2'), name: 'painter' },
    });
    expect(await retract({ model: sha256('painter 1'), dryRun: true })).toMatchObject({ retraction: null });
    expect(await retract({ model: sha256('painter 3'), dryRun: true })).toMatchObject({ __typename: 'ModelMissing' });
  });

  test.for([
    [{}, 'RETRACT_INVALID'],
    [{ model: 'painter', dataset: 'toy', reason: 'x' }, 'RETRACT_INVALID'],
    [{ prompt: 'colour number 1' }, 'RETRACT_INVALID'],
    [{ prompt: '', reason: 'x' }, 'RETRACT_INVALID'],
    [{ prompt: 'colour number 1', reason: 'x', dryRun: true, withdraw: true }, 'RETRACT_INVALID'],
    [{ prompt: 'colour number 1', reason: 'x'.repeat(2_001) }, 'RETRACT_INVALID'],
    [{ sample: sha256('nothing'), reason: 'x' }, 'SAMPLE_NOT_FOUND'],
    [{ dataset: 'nothing', reason: 'x' }, 'DATASET_MISSING'],
  ] as const)('by %j is refused as %s', async ([input, code]) => {
    expect((await retract(input)).code).toBe(code);
    const [marks] = await house.services.db.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM retraction WHERE kind IN ('sample', 'prompt')`,
    );
    expect(marks!.count).toBe(0);
  });

  test('tells the runs that have it', async () => {
    const run = await launchRun(house.services, { pipeline: 'toy', seed: 90 });
    expect((await retract({ prompt: 'no text says this', reason: 'x' })).impact).toEqual({ samples: 0, runs: [] });
    const { events } = await readEvents(house.services.db, { runId: run.id, limit: 50 });
    expect(events.map(({ type }) => type)).not.toContain('run.retraction');
    await retract({ prompt: 'no text says this', withdraw: true });
  });
});

describe('a verification', () => {
  const verify = (variables: Record<string, unknown>): Promise<Answer> =>
    ask(
      `mutation ($runId: ID!, $share: Float!, $seed: Int) { verifyRun(runId: $runId, share: $share, seed: $seed) {
         __typename ... on Error { code } ... on LaunchRunSuccess { run { runId } } } }`,
      variables,
    );

  test('of what can not be verified is refused, and stores nothing', async () => {
    const [running, unplanned] = [await stored('toy', 'RUNNING'), await stored('toy', 'FAILED')];
    const before = await countRuns();
    expect(await verify({ runId: 'rnothing', share: 1 })).toMatchObject({ __typename: 'RunNotFound' });
    expect(await verify({ runId: running.id, share: 1 })).toMatchObject({
      __typename: 'VerifyInvalid',
      code: 'RUN_NOT_VERIFIABLE',
    });
    expect(await verify({ runId: unplanned.id, share: 1 })).toMatchObject({ code: 'RUN_NOT_VERIFIABLE' });
    for (const share of [0, -1, 1.5])
      expect(await verify({ runId: unplanned.id, share })).toMatchObject({ code: 'VERIFY_INVALID' });
    expect(await verify({ runId: unplanned.id, share: 1, seed: -1 })).toMatchObject({ code: 'VERIFY_INVALID' });
    expect(await countRuns()).toBe(before);
  });

  test('tells what it found by step and device, its mismatches by page, and the run that it verifies what was found of it', async () => {
    const { db } = house.services;
    const subject = await stored('toy');
    const facts = { pipeline: 'toy', pipelineVersion: '1', params: {}, seed: 3, codeRevision: 'x', environment: {} };
    const verifies = { runId: subject.id, order: { share: 0.5, seed: 7, threshold: 0.4, tasks: 2, of: 4 } };
    const run = await createRun(db, { ...facts, parentRunId: subject.id, verifies });
    await db.query(
      `INSERT INTO verification (run_id, subject_run_id, node, step, device, provider, worker, determinism, key, outcome, difference, expected, found)
       SELECT $1, $2, 'first', 'rewrite@1', 'cpu:' || g % 2, 'cpu', 'w', 'tolerance(0.1)', sha256(g::text::bytea),
              CASE WHEN g < 3 THEN 'match' WHEN g < 4 THEN 'within-tolerance' ELSE 'mismatch' END, g / 10.0, sha256('a'), sha256('b')
         FROM generate_series(1, 6) g`,
      [run.id, subject.id],
    );
    const fields = `run { runId } share seed tasks of match withinTolerance mismatch groups { node step device match withinTolerance mismatch largestDifference }
      mismatches(first: 2) { totalCount edges { node { node difference found } } pageInfo { hasNextPage } }`;
    const read = `query ($id: ID!) { run(id: $id) { runId verifies { runId } verification { ${fields} } } }`;
    const report = {
      run: { runId: run.id },
      share: 0.5,
      seed: 7,
      tasks: 2,
      of: 4,
      match: 2,
      withinTolerance: 1,
      mismatch: 3,
      groups: [
        { node: 'first', step: 'rewrite@1', device: 'cpu:0', match: 1, withinTolerance: 0, mismatch: 2, largestDifference: 0.6 },
        { node: 'first', step: 'rewrite@1', device: 'cpu:1', match: 1, withinTolerance: 1, mismatch: 1, largestDifference: 0.5 },
      ],
      mismatches: {
        totalCount: 3,
        edges: [
          { node: { node: 'first', difference: 0.4, found: sha256('b') } },
          { node: { node: 'first', difference: 0.5, found: sha256('b') } },
        ],
        pageInfo: { hasNextPage: true },
      },
    };
    expect(await ask(read, { id: run.id })).toEqual({ runId: run.id, verifies: { runId: subject.id }, verification: report });
    expect(await ask(read, { id: subject.id })).toEqual({ runId: subject.id, verifies: null, verification: report });
  });
});
