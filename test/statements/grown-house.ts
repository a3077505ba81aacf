import { fileURLToPath } from 'node:url';
import { createApi } from '../../api/server/create-api.ts';
import { type CountedDb, countStatements } from '../../api/testing/count-statements.ts';
import { createRun } from '../../engine/lineage/index.ts';
import type { Reader } from '../../engine/plan/project.ts';
import { launchRun, type RunServices, verifyRun } from '../../engine/runs/index.ts';
import { registerDataset } from '../../engine/runs/register-dataset.ts';
import { type House, startHouse } from '../start-house.ts';
import { type Grown, growTables } from './grow-tables.ts';

/** What one round of questions is about. Whatever a page shows has as many rows as the round says, 100 at most. */
export interface Round extends Grown {
  rows: number;
  /** A succeeded run of so many texts, some of which failed, and one that verified it. */
  runId: string;
  verifying: string;
  /** Runs that go on for long: one to cancel and to resume, one to pause. */
  working: string;
  pausing: string;
  /** As many runs as there are rows, but at most ten, which the API compares. */
  runIds: string[];
  /** The label and number of runs that are changed together. */
  bulk: { label: { name: string; value: string }; runs: number };
  dataset: string;
}

export interface GrownHouse {
  services: RunServices;
  until: House['until'];
  /** Lets everything grow until a page of so many rows is full. */
  grow(rows: number): Promise<Round>;
  /** Asks the whole server, and counts what that asks the database. */
  ask(query: string, variables: object, accept: string): Promise<{ text: string; statements: string[] }>;
  stop(): Promise<void>;
}

const PROJECT = fileURLToPath(new URL('../toy-project', import.meta.url));

/** Runs that are changed together: each costs statements of its own, so a few tell how many. */
const MOST_BULK = 8;

export async function startGrownHouse(): Promise<GrownHouse> {
  const house = await startHouse({ project: PROJECT, env: () => ({ HOPLINE_DEVICES: 'cpu:0' }) });
  const db = countStatements(house.services.db);
  const api = createApi({ services: { ...house.services, db }, limits: { perMinute: 0 } });
  return {
    services: house.services,
    until: house.until,
    grow: (rows) => grow(house, rows),
    ask: (query, variables, accept) => ask(api, db, { query, variables, accept }),
    stop: () => house.stop(),
  };
}

async function ask(
  api: ReturnType<typeof createApi>,
  db: CountedDb,
  asked: { query: string; variables: object; accept: string },
) {
  const { query, variables, accept } = asked;
  const body = JSON.stringify({ query, variables });
  const length = String(Buffer.byteLength(body));
  db.taken();
  const answer = await api.fetch('http://127.0.0.1/graphql', {
    method: 'POST',
    body,
    headers: { host: '127.0.0.1', 'content-type': 'application/json', 'content-length': length, accept },
  });
  return { text: await answer.text(), statements: db.taken() };
}

async function grow({ services, until }: House, rows: number): Promise<Round> {
  const dataset = `toy-${rows}`;
  await registerDataset(services, { name: dataset, reader: textsReader(rows) });
  // Of each ten texts the second is poison: "text 1", "text 11", ...
  const params = { dataset, poison: '1.', maxFailures: 0.9, keep: Math.ceil(rows / 4) };
  const { id: runId } = await launchRun(services, { pipeline: 'toy', seed: 1, params });
  await until(runId, ['SUCCEEDED'], 300);
  const { id: verifying } = await verifyRun(services, runId, { share: 1 });
  await until(verifying, ['SUCCEEDED'], 300);
  const bulk = { label: { name: 'bulk', value: String(rows) }, runs: Math.min(rows, MOST_BULK) };
  const runIds = [runId];
  for (let index = 1; index <= rows; index++) {
    const labels: Record<string, string> = index <= bulk.runs ? { bulk: bulk.label.value } : {};
    const listed = {
      pipeline: 'toy',
      pipelineVersion: '1',
      params: {},
      seed: index,
      codeRevision: 'test',
      environment: {},
      labels,
    };
    runIds.push((await createRun(services.db, listed)).id);
  }
  const grown = await growTables(services.db, { runId, verifying, rows });
  const [working, pausing] = await Promise.all(
    [2, 3].map(async (seed) => {
      const { id } = await launchRun(services, { pipeline: 'toy', seed, params: { ...params, milliseconds: 3_000 } });
      return (await until(id, ['RUNNING'], 300)).id;
    }),
  );
  return { ...grown, rows, runId, verifying, working: working!, pausing: pausing!, runIds: runIds.slice(0, 10), bulk, dataset };
}

const textsReader = (rows: number): Reader => ({
  name: 'texts',
  description: 'texts of a test',
  async *read() {
    for (let index = 0; index < rows; index++) {
      const meta = { label: index % 2 ? 'odd' : 'even' };
      yield { id: `row-${index}`, group: `row-${index}`, text: `of ${rows} text ${index}.`, meta };
    }
  },
});
