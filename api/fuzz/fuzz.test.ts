import fc from 'fast-check';
import { buildSchema, type GraphQLSchema } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { plannedRun } from '../../engine/lineage/fixtures/planned-run.ts';
import { STAGE, workThrough } from '../../engine/lineage/fixtures/work-through.ts';
import { HoplineError } from '../../engine/plan/errors.ts';
import type { RunServices } from '../../engine/runs/index.ts';
import { registerDataset } from '../../engine/runs/register-dataset.ts';
import { colourRows, rowsReader } from '../api-house.ts';
import { type PostgresHouse, startPostgresHouse } from '../fixtures/postgres-house.ts';
import { introspectedSchema, printedSchema } from '../schema/print-schema.ts';
import { openApiLog } from '../server/api-log.ts';
import { createApi } from '../server/create-api.ts';
import { type KnownValues, randomOperation } from './random-operation.ts';

/** As many as the issue of the API asks for, and some. */
const OPERATIONS = 5_200;
const AT_ONCE = 4;
/** The same each time, so that it accuses no innocent change; HOPLINE_FUZZ_SEED tries others. */
const SEED = Number(process.env.HOPLINE_FUZZ_SEED ?? 1);

let house: PostgresHouse;
let schema: GraphQLSchema;
let known: KnownValues;
let api: ReturnType<typeof createApi>;
const failures: { requestId: string; err: { message: string; stack: string } }[] = [];

beforeAll(async () => {
  house = await startPostgresHouse();
  const { db } = house.services;
  await registerDataset(house.services, { name: 'toy', reader: rowsReader(await colourRows(3)) });
  const done = await plannedRun(db, { name: 'done', hops: 2 });
  await workThrough(db, done);
  const half = await plannedRun(db, { name: 'half', maxFailures: 1 });
  await workThrough(db, half, [STAGE]);
  const log = openApiLog((line) => {
    const entry = JSON.parse(line) as { msg: string } & (typeof failures)[number];
    if (entry.msg === 'failed') failures.push(entry);
  });
  const services: RunServices = { ...house.services, temporal: nobody(house.services.temporal) };
  api = createApi({ services, log, limits: { perMinute: 0 } });
  schema = buildSchema(printedSchema(await introspectedSchema()));
  known = await lookAround([done.runId, half.runId]);
});
afterAll(() => house?.stop());

/** A Temporal that refuses at once: the real client tries for five seconds. */
function nobody<T extends object>(temporal: T): T {
  const refuse = () =>
    Promise.reject(
      new HoplineError('TEMPORAL_UNREACHABLE', 'TEMPORAL_ADDRESS must be a Temporal server that answers', { permanent: false }),
    );
  return Object.fromEntries(
    Object.entries(temporal).map(([name, value]) => [name, typeof value === 'function' ? refuse : nobody(value as object)]),
  ) as T;
}

async function send(body: unknown, signal?: AbortSignal): Promise<Response> {
  const text = JSON.stringify(body);
  const headers = {
    host: '127.0.0.1',
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(text)),
    accept: 'application/json, text/event-stream',
  };
  return api.fetch('http://127.0.0.1/graphql', { method: 'POST', body: text, headers, ...(signal ? { signal } : {}) });
}

/** Ids, keys and cursors of what is there, so that half of all operations find something. */
async function lookAround(runs: string[]): Promise<KnownValues> {
  const text = await (
    await send({
      query: `{ runs(first: 1) { edges { node { id } } pageInfo { endCursor } } datasets(first: 1) { pageInfo { endCursor } }
        samples(filter: { runId: "${runs[0]}", node: "hop1" }, first: 3) { edges { node { id key } } pageInfo { endCursor } } }`,
    })
  ).text();
  const all = (name: string): string[] => [...text.matchAll(new RegExp(`"${name}":"([^"]+)"`, 'g'))].map(([, value]) => value!);
  expect(all('key').length).toBe(3);
  return {
    ids: [...runs, ...all('id')],
    digests: all('key'),
    cursors: all('endCursor'),
    texts: ['toy', 'done', 'half', 'hop1', 'judge', 'keep', 'student', 'default', 'source', ...runs],
  };
}

/** What no answer may hold: traces, SQL, places on this machine. */
const UNMASKED =
  /\\n\s+at |node_modules|\/work\/|\/tmp\/|file:\/\/|postgres(ql)?:|SELECT |relation \\"|syntax error at|invalid input syntax|pg_|"code":"INTERNAL/;

async function answerOf(body: unknown): Promise<{ status: number; text: string }> {
  const client = new AbortController();
  const response = await send(body, client.signal);
  if (!response.headers.get('content-type')?.startsWith('text/event-stream'))
    return { status: response.status, text: await response.text() };
  // What a run that is not finished has to tell never ends.
  const reader = response.body!.getReader();
  const waited = new Promise<undefined>((resolve) => setTimeout(resolve, 30, undefined));
  const first = await Promise.race([reader.read().catch(() => undefined), waited]);
  await reader.cancel().catch(() => undefined);
  client.abort();
  return { status: response.status, text: first?.value ? Buffer.from(first.value).toString() : '' };
}

/** Kinds of failure, with an example each. */
const findings = new Map<string, string>();

function judge(body: unknown, { status, text }: { status: number; text: string }): void {
  const odd = status >= 500 ? `HTTP ${status}` : UNMASKED.exec(text)?.[0];
  if (!odd) return;
  const id = /"requestId":"([^"]+)"/.exec(text)?.[1];
  const cause = failures.find((failure) => failure.requestId === id)?.err;
  const kind = `${odd}: ${cause?.message.replace(/\d+|"[^"]*"/g, '#').slice(0, 120) ?? ''}`;
  if (findings.has(kind)) return;
  findings.set(kind, `${JSON.stringify(body)}\n${text.slice(0, 500)}\n${cause?.stack.slice(0, 800)}`);
}

test(`${OPERATIONS} operations by chance: no failure of the server, nothing unmasked, and it goes on`, {
  timeout: 600_000,
}, async () => {
  const one = fc.gen().map((g) => randomOperation(schema, known, { below: (below) => g(fc.nat, { max: below - 1 }) }));
  const operations = fc.sample(one, { numRuns: OPERATIONS, seed: SEED });
  let withData = 0;
  const lane = async (): Promise<void> => {
    for (let next = operations.pop(); next; next = operations.pop()) {
      const answer = await answerOf(next.body);
      if (answer.text.includes('"data":{')) withData++;
      judge(next.body, answer);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  for (const [kind, example] of findings) console.error(`${kind}\n${example}\n`);
  expect([...findings.keys()], `seed ${SEED}`).toEqual([]);
  // Had all been refused, nothing would have been tried.
  expect(withData).toBeGreaterThan(OPERATIONS / 10);
  expect(await answerOf({ query: '{ runs { edges { node { state } } } }' })).toMatchObject({ status: 200 });
});
