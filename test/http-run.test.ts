import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { askSchema } from '../api/testing/ask-schema.ts';
import { failureGroups, getRun, runProgress } from '../engine/lineage/index.ts';
import { sampleDerivations } from '../engine/lineage/sample-derivations.ts';
import type { JsonObject } from '../engine/plan/json.ts';
import type { Reader } from '../engine/plan/project.ts';
import { launchRun, verifyRun } from '../engine/runs/index.ts';
import { registerDataset } from '../engine/runs/register-dataset.ts';
import { registerModel } from '../engine/runs/register-model.ts';
import { inside } from '../ml/models/http/fixtures/opened.ts';
import { type StubServer, startStubServer } from '../ml/models/http/fixtures/stub-server.ts';
import { type House, startHouse } from './start-house.ts';

const project = join(dirname(fileURLToPath(import.meta.url)), 'http-project');
const KEY = 'sk-stub-ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';

const prompts = [
  'a red circle',
  'a blue square [server-error 1]',
  'a green star [too-many 2]',
  'something else [refusal]',
  'a broken thing [truncated-json]',
  'a nosy thing [echo-in-rejection]',
  'a nosier thing [echo-in-error]',
  'a picture elsewhere [by-url]',
];
const reader: Reader = {
  name: 'inline',
  description: 'prompts of a test',
  async *read() {
    for (const [index, text] of prompts.entries()) yield { id: `row-${index}`, group: `g${index}`, text, meta: {} };
  },
};

let house: House;
let server: StubServer;
let folder: string;
let seed = 1;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hopline-http-run-'));
  server = await startStubServer();
  house = await startHouse({ project, env: () => ({ STUB_API_KEY: KEY, HOPLINE_DEVICES: 'cpu:0' }) });
  await registerDataset(house.services, { name: 'prompts', reader });
  await endpoint('painter', { kind: 'images', attempts: 3, price: { answer: 0.04 } });
  await endpoint('writer', { kind: 'chat', attempts: 3, price: { inputMillion: 1, outputMillion: 2 } });
});
afterAll(async () => {
  await house?.stop();
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function endpoint(name: string, json: JsonObject): Promise<void> {
  const from = mkdtempSync(join(folder, 'model-'));
  const whole = { url: server.url, model: 'm', keyVariable: 'STUB_API_KEY', ...inside, ...json };
  writeFileSync(join(from, 'endpoint.json'), JSON.stringify(whole));
  const { db, store } = house.services;
  const registered = await registerModel({ db, store, adapters: house.services.project.adapters }, { name, from });
  expect(registered).toMatchObject({ adapter: 'http', files: 1 });
}

const launch = async (params: JsonObject = {}): Promise<string> =>
  (await launchRun(house.services, { pipeline: 'servers', seed: seed++, params })).id;

test('samples that a server refuses, breaks or never answers fail with the reason, the others are made', async () => {
  const runId = await launch();
  await house.until(runId, ['SUCCEEDED']);
  const { nodes } = await runProgress(house.services.db, runId);
  const counts = Object.fromEntries(nodes.map(({ name, made, failed }) => [name, [made, failed]]));
  expect(counts).toMatchObject({ pictures: [4, 4], captions: [4, 4] });
  const groups = await failureGroups(house.services.db, runId);
  const causes = groups.filter(({ node }) => node === 'pictures').map(({ cause }) => cause.split(' ')[0]);
  expect(new Set(causes)).toEqual(
    new Set(['MODEL_REFUSED', 'MODEL_ANSWER_INVALID', 'MODEL_REQUEST_REJECTED', 'MODEL_NO_ANSWER']),
  );
});

test('what each took is recorded with its derivation, also where it failed', async () => {
  const rows = await house.services.db.query<{ id: number; text: string | null; failed: string | null; receipt: JsonObject }>(
    `SELECT s.id, s.failed, s.text, r.receipt FROM receipt r JOIN sample s ON s.key = r.key AND s.derivation_id = r.derivation_id`,
  );
  expect(rows).toHaveLength(12);
  expect(rows.filter(({ text }) => text !== null).map(({ receipt }) => receipt)).toEqual(
    Array(4).fill({ requests: 1, model: 'stub-1', inputTokens: 20, outputTokens: 5, cost: 0.00003, currency: 'USD' }),
  );
  const refused = rows.find(({ failed }) => failed?.startsWith('MODEL_REFUSED'));
  expect(refused?.receipt).toEqual({ requests: 1, cost: 0, currency: 'USD' });
  expect(rows.some(({ receipt }) => receipt.revisedPrompt === 'a fine cat')).toBe(true);
  const [{ id, receipt }] = rows as [(typeof rows)[0]];
  expect((await sampleDerivations(house.services.db, [id], null)).get(id)).toMatchObject({ receipt });
});

test('a run tells what its servers were asked and paid, by node and in all', async () => {
  const [{ id }] = (await house.services.db.query<{ id: string }>(
    `SELECT run_id AS id FROM derivation WHERE node = 'captions' LIMIT 1`,
  )) as [{ id: string }];
  const ask = askSchema(house.services);
  const { data } = await ask(
    `query ($id: ID!) { run(id: $id) { spending { ...S } nodes { name spending { ...S } } } }
     fragment S on Spending { items requests inputTokens outputTokens costs { amount currency } }`,
    { id },
  );
  const requests = server.seen.filter(({ method }) => method === 'POST').length;
  const cost = (amount: number) => [{ amount, currency: 'USD' }];
  expect(data.run.spending).toEqual({ items: 12, requests, inputTokens: 140, outputTokens: 35, costs: cost(0.16012) });
  const nodes = new Map(data.run.nodes.map((node: { name: string; spending: object | null }) => [node.name, node.spending]));
  expect(nodes.get('texts')).toBeNull();
  expect(nodes.get('captions')).toEqual({ items: 4, requests: 4, inputTokens: 80, outputTokens: 20, costs: cost(0.00012) });
  expect(nodes.get('pictures')).toMatchObject({ items: 8, requests: requests - 4, inputTokens: 60, costs: cost(0.16) });
});

test('a verification leaves out what a server made, tells how much, and asks no server', async () => {
  const [both, asked] = [await launch({ measured: true }), server.seen.length];
  await house.until(both, ['SUCCEEDED']);
  const before = server.seen.length;
  expect(before).toBeGreaterThan(asked);
  const { id } = await verifyRun(house.services, both, { share: 1 });
  await house.until(id, ['SUCCEEDED']);
  // Eight lengths in two batches, which a whole share draws; pictures and captions one batch each.
  const { verification } = await getRun(house.services.db, id);
  const external = { tasks: 2, nodes: ['captions', 'pictures'] };
  expect(verification).toMatchObject({ tasks: 2, of: 2, external });
  const found = await house.services.db.query('SELECT node, outcome FROM verification WHERE run_id = $1', [id]);
  expect(found).toEqual(Array(prompts.length).fill({ node: 'lengths', outcome: 'match' }));
  expect(server.seen.length).toBe(before);
});

test('a run that consists of what servers made is no run to verify', async () => {
  const servers = await launch();
  await house.until(servers, ['SUCCEEDED']);
  const before = server.seen.length;
  const { id } = await verifyRun(house.services, servers, { share: 1 });
  const { error } = await house.until(id, ['FAILED']);
  expect(error).toMatchObject({
    code: 'RUN_NOT_VERIFIABLE',
    message: expect.stringContaining('2 tasks that servers made, in captions, pictures'),
    hint: expect.stringContaining('cost again'),
  });
  expect(server.seen.length).toBe(before);
});

test('a server that does not know the key ends the run with a hint', async () => {
  await registerDataset(house.services, { name: 'closed', reader: { ...reader, read: () => closed() } });
  async function* closed() {
    yield { id: 'row', group: 'g', text: 'a cat [key-refused]', meta: {} };
  }
  const runId = await launch({ dataset: 'closed' });
  const { error } = await house.until(runId, ['FAILED']);
  expect(error).toMatchObject({ code: 'MODEL_KEY_REFUSED', hint: expect.stringContaining('STUB_API_KEY') });
});

test('a server that is away for a while is waited for', async () => {
  await registerDataset(house.services, { name: 'away', reader: { ...reader, read: () => away() } });
  async function* away() {
    yield { id: 'row', group: 'g', text: 'a cat in time [overloaded 5]', meta: {} };
  }
  const runId = await launch({ dataset: 'away' });
  await house.until(runId, ['SUCCEEDED']);
  expect(server.seen.filter(({ body }) => JSON.stringify(body).includes('in time'))).toHaveLength(6);
});

test('a server that is down for good fails the run by name', async () => {
  await endpoint('nobody', { kind: 'images', url: 'http://127.0.0.1:9/v1', attempts: 2 });
  const { error } = await house.until(await launch({ painter: 'nobody' }), ['FAILED']);
  expect(error).toMatchObject({
    code: 'MODEL_UNAVAILABLE',
    message: expect.stringMatching(/nobody who listens there \(ECONNREFUSED\).* was tried 6 times$/),
    hint: expect.stringContaining('hopline resume'),
  });
});

test('the key is in no row, no file and no log', async () => {
  expect(server.seen.some(({ headers }) => headers.authorization === `Bearer ${KEY}`)).toBe(true);
  const { db } = house.services;
  const tables = await db.query<{ name: string }>(`SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'`);
  let rows = 0;
  for (const { name } of tables) {
    for (const { row } of await db.query<{ row: string }>(`SELECT t::text AS row FROM "${name}" t`)) {
      rows++;
      expectClean(row, name);
    }
  }
  expect(rows).toBeGreaterThan(100);
  const files = filesIn(house.home).filter((path) => !path.includes('/postgres/'));
  for (const path of files) expectClean(readFileSync(path).toString('latin1'), path);
  expect(files.some((path) => path.endsWith('worker.log'))).toBe(true);
  expect(files.some((path) => path.includes('temporal'))).toBe(true);
});

function expectClean(text: string, where: string): void {
  for (let at = 0; at + 12 <= KEY.length; at += 4)
    if (text.includes(KEY.slice(at, at + 12))) throw new Error(`${where} has a part of the key`);
}

function filesIn(path: string): string[] {
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
    const inner = join(path, entry.name);
    if (entry.isDirectory()) return filesIn(inner);
    return entry.isFile() && statSync(inner).size < 2 ** 28 ? [inner] : [];
  });
}
