import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { ApiClient } from '../../cli/client/api-client.ts';
import { type Db, migrate, openDb } from '../../engine/lineage/index.ts';
import { isHealthy } from '../../infra/supervisor/worker-and-api.ts';
import { type HostProcess, startOnHost } from './start-on-host.ts';
import type { Site } from './start-site.ts';

const HOUSE = join(dirname(fileURLToPath(import.meta.url)), '../..');
export const PROJECT = join(HOUSE, 'test/toy-project');
const API_PORT = 4100;
const TOKEN = 'token-of-a-test';

/** Hopline in its connected mode, as a user starts it: `hopline api` on host B, `hopline worker` on C and D, in a database and a part of
 *  the store of its own. */
export interface Fleet {
  /** Host B's API. */
  client: ApiClient;
  /** For looking on, past every cut. */
  db: Db;
  /** What the processes are started with, but for home and devices. */
  env: NodeJS.ProcessEnv;
  /** Credentials and endpoint of the store. */
  storeEnv: NodeJS.ProcessEnv;
  api: HostProcess;
  workers: Record<'c' | 'd', HostProcess>;
  /** The processes of host C or D have this in their worker's name. */
  hostName(host: 'c' | 'd'): string;
  stop(): Promise<void>;
}

export async function startFleet(site: Site, name: string, more: NodeJS.ProcessEnv = {}): Promise<Fleet> {
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
    ...more,
  };
  const started: HostProcess[] = [];
  const db = openDb(databaseUrl);
  const stop = async (): Promise<void> => {
    await Promise.all(started.map((process) => process.end()));
    await endWorkflows(site, db).catch(() => undefined);
    await db.close();
  };
  const hopline = async (
    host: 'b' | 'c' | 'd',
    command: string,
    own: NodeJS.ProcessEnv,
    ready: HostReady,
  ): Promise<HostProcess> => {
    const home = join(site.folder, name, host);
    mkdirSync(home, { recursive: true });
    const process = await startOnHost({
      name: `hopline ${command} on host ${host}`,
      prefix: network.alone(host),
      command: [globalThis.process.execPath, join(HOUSE, 'bin/hopline.js'), command],
      env: { ...env, HOPLINE_HOME: home, ...own },
      cwd: home,
      log: join(home, `${command}.log`),
      ready: () => ready(home),
    });
    started.push(process);
    return process;
  };
  const worker = (host: 'c' | 'd') =>
    hopline(host, 'worker', { HOPLINE_DEVICES: 'cpu:0' }, (home) => existsSync(join(home, 'run/worker.ready')));
  try {
    const url = `http://${network.hosts.b}:${API_PORT}`;
    const own = { HOPLINE_API_HOST: network.hosts.b, HOPLINE_API_PORT: String(API_PORT), HOPLINE_ALLOWED_HOSTS: network.hosts.b };
    const api = await hopline('b', 'api', own, () => isHealthy(url));
    const [c, d] = await Promise.all([worker('c'), worker('d')]);
    const client = new ApiClient({ url, token: TOKEN });
    return { client, db, env, storeEnv: store.env, api, workers: { c, d }, hostName: (host) => `host-${host}/`, stop };
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

type HostReady = (home: string) => Promise<boolean> | boolean;

async function makeDatabase({ postgres }: Site, name: string): Promise<void> {
  const server = openDb(postgres.url('hopline'), { max: 1 });
  try {
    await server.query(`CREATE DATABASE ${name}`);
  } finally {
    await server.close();
  }
  await migrate(postgres.url(name));
}
