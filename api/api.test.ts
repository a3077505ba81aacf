import { afterAll, beforeAll, expect, test } from 'vitest';
import { registerDataset } from '../engine/runs/register-dataset.ts';
import { type ApiHouse, colourRows, rowsReader, startApiHouse } from './api-house.ts';
import { openApiLog } from './server/api-log.ts';
import { createApi } from './server/create-api.ts';

let house: ApiHouse;
let api: ReturnType<typeof createApi>;

beforeAll(async () => {
  house = await startApiHouse();
  api = createApi({ services: house.services, token: 'secret' });
  await registerDataset(house.services, { name: 'toy', reader: rowsReader(await colourRows(4)) });
});
afterAll(() => house?.stop());

const address = 'http://127.0.0.1';

async function send(body: string, headers: Record<string, string> = {}): Promise<Response> {
  const length = String(Buffer.byteLength(body));
  const given = {
    host: '127.0.0.1',
    'content-type': 'application/json',
    'content-length': length,
    authorization: 'Bearer secret',
    ...headers,
  };
  return api.fetch(`${address}/graphql`, { method: 'POST', body, headers: given });
}

/** The data of a query; errors fail the test. */
async function ask(query: string, variables: Record<string, unknown> = {}): Promise<Record<string, never>> {
  const answer = (await (await send(JSON.stringify({ query, variables }))).json()) as {
    data: Record<string, never>;
    errors?: unknown;
  };
  expect(answer.errors).toBeUndefined();
  return answer.data;
}

/** The code of a query's first error. */
async function codeOf(query: string): Promise<string | undefined> {
  const answer = (await (await send(JSON.stringify({ query }))).json()) as { errors?: { extensions?: { code?: string } }[] };
  return answer.errors?.[0]?.extensions?.code;
}

const launch = `mutation ($input: LaunchRunInput!) {
  launchRun(input: $input) { __typename ... on LaunchRunSuccess { run { id runId state seed } } ... on Error { code message hint } } }`;

test('pipelines say what they take, datasets what they hold', async () => {
  const { pipelines, datasets } = await ask(
    '{ pipelines { name version params nodes { name kind step dependsOn } edges { from to role medium } } datasets { edges { node { name rows digest } } } }',
  );
  expect(pipelines).toContainEqual(expect.objectContaining({ name: 'toy', params: expect.objectContaining({ type: 'object' }) }));
  const graphs = pipelines as unknown as {
    name: string;
    nodes: { name: string; kind: string; dependsOn: string[] }[];
    edges: { from: string; to: string; role: string; medium: string }[];
  }[];
  for (const { nodes, edges } of graphs) {
    const before = (name: string): string[] =>
      nodes
        .slice(
          0,
          nodes.findIndex((node) => node.name === name),
        )
        .map((node) => node.name);
    for (const { name, dependsOn } of nodes) {
      expect(before(name)).toEqual(expect.arrayContaining(dependsOn));
      expect([...new Set(edges.filter(({ to }) => to === name).map(({ from }) => from))]).toEqual(dependsOn);
    }
  }
  const toy = graphs.find(({ name }) => name === 'toy')!;
  expect(toy.nodes[0]).toMatchObject({ kind: 'source', dependsOn: [] });
  expect(toy.edges.length).toBeGreaterThan(toy.nodes.length / 2);
  expect(await codeOf('{ pipelines { nodes(profile: "nope") { name } } }')).toBe('PARAMS_INVALID');
  expect(datasets).toMatchObject({ edges: [{ node: { name: 'toy', rows: 4 } }] });
});

test('a plan says what would be made, and starts nothing', async () => {
  const { planRun, runs } = await ask(
    '{ planRun(input: { pipeline: "toy" }) { ... on PlanPreview { totals { toMake } nodes { name toMake firstDifference } } } runs { edges { node { runId } } } }',
  );
  expect(planRun).toMatchObject({
    totals: { toMake: expect.any(Number) },
    nodes: expect.arrayContaining([expect.objectContaining({ name: 'first', toMake: 8 })]),
  });
  expect(runs).toEqual({ edges: [] });
});

test.each([
  [{ pipeline: 'nope' }, 'PipelineNotFound', /toy/],
  [{ pipeline: 'toy', params: { keep: 'x', chains: 0 } }, 'InvalidParams', /params\.chains.*params\.keep/],
  [{ pipeline: 'toy', params: { dataset: 'nope' } }, 'DatasetMissing', /got: toy/],
])('launching %j is answered by %s', async (input, typename, message) => {
  expect(await ask(launch, { input })).toEqual({
    launchRun: {
      __typename: typename,
      code: expect.any(String),
      message: expect.stringMatching(message),
      hint: expect.any(String),
    },
  });
});

test('launching twice with one idempotency key gives one run; another request under it is a conflict', async () => {
  const input = { pipeline: 'toy', seed: 5, idempotencyKey: 'k' };
  const first = await ask(launch, { input });
  expect(first).toMatchObject({ launchRun: { __typename: 'LaunchRunSuccess', run: { seed: 5 } } });
  expect(await ask(launch, { input })).toMatchObject({
    launchRun: { run: { runId: (first as unknown as Launched).launchRun.run.runId } },
  });
  expect(await ask(launch, { input: { ...input, seed: 6 } })).toMatchObject({ launchRun: { __typename: 'IdempotencyConflict' } });
});

test('runs are paged newest first, found by either id, and what is no run is null', async () => {
  await ask(launch, { input: { pipeline: 'toy', seed: 7 } });
  await ask(launch, { input: { pipeline: 'toy', seed: 8 } });
  const page = '{ edges { node { id runId seed } } pageInfo { hasNextPage endCursor } }';
  const { runs } = (await ask(`{ runs(first: 2) ${page} }`)) as unknown as { runs: Page };
  expect(runs.edges.map(({ node }) => node.seed)).toEqual([8, 7]);
  expect(runs.pageInfo.hasNextPage).toBe(true);
  const next = (await ask(`query ($after: String) { runs(first: 2, after: $after) ${page} }`, {
    after: runs.pageInfo.endCursor,
  })) as unknown as { runs: Page };
  expect(next.runs.edges.map(({ node }) => node.seed)).toEqual([5]);
  const { id, runId } = runs.edges[0]!.node;
  expect(
    await ask(
      'query ($a: ID!, $b: ID!) { a: run(id: $a) { seed } b: run(id: $b) { seed } node(id: $a) { id } none: run(id: "none") { seed } }',
      { a: id, b: runId },
    ),
  ).toEqual({
    a: { seed: 8 },
    b: { seed: 8 },
    node: { id },
    none: null,
  });
});

interface Launched {
  launchRun: { run: { runId: string } };
}

interface Page {
  edges: { node: { id: string; runId: string; seed: number } }[];
  pageInfo: { hasNextPage: boolean; endCursor: string };
}

test('events are followed to the end of a run, and on from a cursor: nothing is missed, nothing comes twice', async () => {
  const { launchRun } = (await ask(launch, { input: { pipeline: 'toy', seed: 9 } })) as unknown as {
    launchRun: { run: { runId: string } };
  };
  const { runId } = launchRun.run;
  const cancelled = ask('mutation ($runId: ID!) { cancelRun(runId: $runId, reason: "test") { __typename } }', { runId });
  await cancelled;
  await house.services.db.query(`UPDATE run SET state = 'CANCELLED' WHERE id = $1`, [runId]);
  const all = await readEvents(runId);
  expect(all.length).toBeGreaterThan(0);
  expect(all[0]).toMatchObject({ type: 'run.created' });
  expect(await readEvents(runId, all[0]!.cursor)).toEqual(all.slice(1));
});

async function readEvents(runId: string, after?: string): Promise<{ cursor: string; type: string }[]> {
  const query = 'subscription ($runId: ID!, $after: EventCursor) { runEvents(runId: $runId, after: $after) { cursor type } }';
  const response = await send(JSON.stringify({ query, variables: { runId, after } }), { accept: 'text/event-stream' });
  const text = await response.text();
  return [...text.matchAll(/event: next\ndata: (.*)/g)].map(
    ([, data]) => (JSON.parse(data!) as { data: { runEvents: { cursor: string; type: string } } }).data.runEvents,
  );
}

test('a sample is found by its key or the beginning of it, with its place in the dataset, and its picture is served', async () => {
  const [row] = await house.services.db.query<{ key: string }>(
    'SELECT s.key FROM sample s JOIN dataset_row r ON r.image_sample_id = s.id WHERE r.index = 2',
  );
  const query =
    'query ($key: Digest!, $prefix: String!) { sample(key: $key) { imageUrl modality } sampleByPrefix(prefix: $prefix) { key datasets { dataset rowId part } } }';
  const { sample, sampleByPrefix } = await ask(query, { key: row!.key, prefix: row!.key.slice(0, 10) });
  expect(sample).toEqual({ modality: 'IMAGE', imageUrl: `${address}/samples/${row!.key}/image` });
  expect(sampleByPrefix).toEqual({ key: row!.key, datasets: [{ dataset: 'toy', rowId: 'row-2', part: 'train' }] });
  const picture = await api.fetch(`${address}/samples/${row!.key}/image`, {
    headers: { host: '127.0.0.1', authorization: 'Bearer secret' },
  });
  expect(picture.headers.get('content-type')).toBe('image/png');
  expect(new Uint8Array(await picture.arrayBuffer())).toEqual((await colourRows(3))[2]!.image);
  const none = await api.fetch(`${address}/artifacts/${'0'.repeat(64)}`, {
    headers: { host: '127.0.0.1', authorization: 'Bearer secret' },
  });
  expect(none.status).toBe(404);
});

test.each([
  [{ authorization: 'Bearer wrong' }, 401],
  [{ host: 'evil.example' }, 403],
  [{ origin: 'https://evil.example' }, 403],
  [{ 'content-type': 'text/plain' }, 415],
  [{ 'content-length': '2000000' }, 413],
])('a request with %j is refused by %i before anything runs', async (headers, status) => {
  expect((await send('{"query":"{ pipelines { name } }"}', headers as unknown as Record<string, string>)).status).toBe(status);
});

test('queries that are too deep, repeat too much or ask for too large a page are refused', async () => {
  const nested = (depth: number): string => (depth === 0 ? 'id' : `root { ${nested(depth - 1)} }`);
  expect(await codeOf(`{ run(id: "x") { ${nested(12)} } }`)).toBe('QUERY_TOO_LARGE');
  expect(await codeOf(`{ ${[...Array(40).keys()].map((i) => `a${i}: runs { edges { cursor } }`).join(' ')} }`)).toBe(
    'QUERY_TOO_LARGE',
  );
  expect(await codeOf('{ runs(first: 101) { edges { cursor } } }')).toBe('PAGE_INVALID');
  expect(await codeOf('{ sampleByPrefix(prefix: "xyz") { key } }')).toBe('SAMPLE_KEY_INVALID');
});

test('what is no error of ours is masked, and logged under the id that the client sees', async () => {
  const lines: string[] = [];
  const db = { ...house.services.db, query: () => Promise.reject(new Error('password=hunter2')) };
  const broken = createApi({ services: { ...house.services, db }, log: openApiLog((line) => lines.push(line)) });
  const body = '{"query":"{ runs { edges { cursor } } }"}';
  const headers = { host: '127.0.0.1', 'content-type': 'application/json', 'content-length': String(body.length) };
  const text = await (await broken.fetch(`${address}/graphql`, { method: 'POST', body, headers })).text();
  expect(text).not.toContain('hunter2');
  const failed = lines.map((line) => JSON.parse(line)).find(({ msg }) => msg === 'failed');
  expect(failed.err.message).toContain('hunter2');
  expect(text).toContain(`"requestId":"${failed.requestId}"`);
});
