import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { ApiClient } from '../../cli/client/api-client.ts';
import { type Db, openDb } from '../../engine/lineage/index.ts';
import { isHealthy } from '../../infra/supervisor/worker-and-api.ts';
import { RELATIONS } from '../../ml/data/scenes/relation.ts';
import { type HostProcess, startOnHost } from './start-on-host.ts';
import type { Site } from './start-site.ts';

const HOUSE = join(dirname(fileURLToPath(import.meta.url)), '../..');
const PROJECT = join(HOUSE, 'test/toy-project');
const API_PORT = 4100;
const TOKEN = 'token-of-a-test-that-hosts-reach';

/** Hopline in its connected mode, as a user starts it: `hopline api` on host B, `hopline worker` on C and D, in a database and a part of
 *  the store of its own. */
export interface Fleet {
  /** Host B's API. */
  client: ApiClient;
  /** For looking on, past every cut. */
  db: Db;
  /** Registers a dataset of so many texts, by `hopline data add` on host B. */
  addTexts(count: number): Promise<void>;
  api: HostProcess;
  workers: Record<'c' | 'd', HostProcess>;
  /** The processes of host C or D have this in their worker's name. */
  hostName(host: 'c' | 'd'): string;
  stop(): Promise<void>;
}

export async function startFleet(site: Site, name: string): Promise<Fleet> {
  const { network, postgres, store } = site;
  await makeDatabase(site, name);
  const databaseUrl = postgres.url(name);
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    ...store.env,
    DATABASE_URL: databaseUrl,
    TEMPORAL_ADDRESS: site.temporal.address,
    STORE_URL: `${store.url}/${name}`,
    HOPLINE_PROJECT: PROJECT,
    HOPLINE_TOKEN: TOKEN,
    // Tests look at what happens after these times; at the defaults of 15 s and 60 s they would only look longer.
    HOPLINE_HEARTBEAT_SECONDS: '3',
    HOPLINE_STORE_TIMEOUT_SECONDS: '10',
  };
  const started: HostProcess[] = [];
  const db = openDb(databaseUrl);
  const stop = async (): Promise<void> => {
    await Promise.all(started.map((process) => process.end()));
    await endWorkflows(site, db).catch(() => undefined);
    await db.close();
  };
  const program = [process.execPath, join(HOUSE, 'bin/hopline.js')];
  const place = (host: 'b' | 'c' | 'd', own: NodeJS.ProcessEnv = {}): Place => {
    const home = join(site.folder, name, host);
    mkdirSync(home, { recursive: true });
    return { home, prefix: network.alone(host), env: { ...env, HOPLINE_HOME: home, ...own } };
  };
  const serve = async (command: string, { home, prefix, env }: Place, ready: () => Promise<boolean> | boolean) => {
    const name = `hopline ${command}`;
    const log = join(home, `${command}.log`);
    const process = await startOnHost({ name, prefix, command: [...program, command], env, cwd: home, log, ready });
    started.push(process);
    return process;
  };
  const once = async ({ prefix, env }: Place, ...command: string[]): Promise<void> => {
    const [first, ...rest] = [...prefix, ...program, ...command];
    await promisify(execFile)(first!, rest, { env, cwd: PROJECT });
  };
  const worker = (host: 'c' | 'd'): Promise<HostProcess> => {
    const at = place(host, { HOPLINE_DEVICES: 'cpu:0' });
    return serve('worker', at, () => existsSync(join(at.home, 'run/worker.ready')));
  };
  try {
    const url = `http://${network.hosts.b}:${API_PORT}`;
    await once(place('b'), 'migrate');
    const own = { HOPLINE_API_HOST: network.hosts.b, HOPLINE_API_PORT: String(API_PORT), HOPLINE_ALLOWED_HOSTS: network.hosts.b };
    const [api, c, d] = await Promise.all([serve('api', place('b', own), () => isHealthy(url)), worker('c'), worker('d')]);
    const addTexts = async (count: number): Promise<void> => {
      const at = place('b', { HOPLINE_API_URL: url });
      writeFileSync(join(at.home, 'rows.jsonl'), Array.from({ length: count }, (_, index) => rowOf(index)).join('\n'));
      await once(at, 'data', 'add', 'toy', '--reader', 'jsonl', '--from', at.home);
    };
    const client = new ApiClient({ url, token: TOKEN });
    return { client, db, addTexts, api, workers: { c, d }, hostName: (host) => `host-${host}/`, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The next fleet has another database and must not be asked for this one's runs. */
async function endWorkflows({ temporal }: Site, db: Db): Promise<void> {
  const runs = await db.query<{ id: string }>('SELECT id FROM run');
  const connection = await Connection.connect({ address: temporal.address, connectTimeout: 5_000 });
  try {
    const { workflow } = new Client({ connection });
    for (const { id } of runs)
      await workflow
        .getHandle(`run/${id}`)
        .terminate('the test is over')
        .catch(() => undefined);
  } finally {
    await connection.close();
  }
}

interface Place {
  home: string;
  prefix: readonly string[];
  env: NodeJS.ProcessEnv;
}

const rowOf = (index: number): string =>
  JSON.stringify({
    id: `row-${index}`,
    text: `text number ${index}`,
    head: { text: 'text', span: [0, 1] },
    tail: { text: 'number', span: [1, 2] },
    label: RELATIONS[0],
  });

async function makeDatabase({ postgres }: Site, name: string): Promise<void> {
  const server = openDb(postgres.url('hopline'), { max: 1 });
  try {
    await server.query(`CREATE DATABASE ${name}`);
  } finally {
    await server.close();
  }
}
