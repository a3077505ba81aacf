import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { identityOf } from '../../engine/recovery/process-identity.ts';
import { resolveConfig } from '../config.ts';
import { startEmbedded } from '../embedded/start.ts';
import { type HomeTemplate, homeTemplate } from '../fixtures/home-template.ts';
import { sendSignal } from '../process/end-process.ts';
import { livingOrphans } from '../process/process-record.ts';
import { checkTemporal } from './check-temporal.ts';
import { down } from './down.ts';
import { readState } from './state-file.ts';
import { status } from './status.ts';
import { type Up, type UpOptions, up } from './up.ts';

/** Real Postgres and Temporal; the worker and the API are the smallest processes that keep their promises. */
const programs = { worker: 'infra/fixtures/worker.ts', api: 'infra/fixtures/api.ts' };
const homes: string[] = [];
let home: string;
let servers: Server[] = [];

let template: HomeTemplate;

beforeAll(async () => {
  template = await homeTemplate();
});

afterAll(() => template.remove());

beforeEach(() => {
  home = newHome();
});

afterEach(async () => {
  for (const made of homes.splice(0)) {
    await down({ home: made });
    expect(livingOrphans(made).size).toBe(0);
    rmSync(made, { recursive: true, force: true });
  }
  for (const server of servers) server.close();
  servers = [];
});

function newHome(made = template.home()): string {
  homes.push(made);
  return made;
}

const start = (env: NodeJS.ProcessEnv = {}, options: UpOptions = {}): Promise<Up> =>
  up(resolveConfig({ HOPLINE_HOME: home, ...env }), { detach: true, programs, ...options });

async function query(databaseUrl: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

async function until(what: () => Promise<boolean> | boolean): Promise<void> {
  for (const deadline = Date.now() + 120_000; !(await what()); ) {
    if (Date.now() > deadline) throw new Error(`never: ${what}`);
    await sleep(50);
  }
}

const pidOf = async (name: string): Promise<number | undefined> =>
  (await status({ home })).processes.find((process) => process.name === name)?.pid;

async function listenOnAnyPort(): Promise<number> {
  const server = createServer();
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as { port: number }).port;
}

describe('hopline up', () => {
  test('brings everything up, tells worker and API where the rest is, and takes it down in order', async () => {
    const lines: string[] = [];
    const { services, alreadyUp } = await start({}, { onLine: (line) => lines.push(line) });
    expect(alreadyUp).toBe(false);
    expect(lines.map((line) => line.split(' ')[0])).toEqual(expect.arrayContaining(['postgres', 'temporal', 'worker', 'api']));
    const told = (await (await fetch(`${services.apiUrl}/env`)).json()) as Record<string, string>;
    expect(told).toMatchObject({
      HOPLINE_HOME: home,
      DATABASE_URL: services.databaseUrl,
      TEMPORAL_ADDRESS: services.temporalAddress,
      STORE_URL: `file://${home}/store`,
      HOPLINE_TOKEN: services.token,
      HOPLINE_DEVICES: 'cpu',
    });
    expect(await status({ home })).toMatchObject({ phase: 'up', healthy: true, services });
    expect(statSync(`${home}/run/state.json`).mode & 0o077).toBe(0);

    expect((await start()).alreadyUp).toBe(true);

    const pids = (await status({ home })).processes.map(({ pid }) => pid as number);
    expect(await down({ home })).toEqual({ wasUp: true });
    expect(pids.filter((pid) => identityOf(pid))).toEqual([]);
    expect(existsSync(`${home}/worker.said-goodbye`)).toBe(true);
    expect(readFileSync(`${home}/logs/postgres.log`, 'utf8')).toContain('database system is shut down');
    expect(await status({ home })).toMatchObject({ phase: 'down', processes: [] });
    expect(await down({ home })).toEqual({ wasUp: false });
  });

  test('keeps the data, the address and the token through down and up', async () => {
    const first = (await start()).services;
    await query(first.databaseUrl, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await down({ home });
    const second = (await start()).services;
    expect(second).toEqual(first);
    expect(await query(second.databaseUrl, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  test('after a kill -9 of the supervisor, status says so and the next up ends what was left', async () => {
    const first = await start();
    await query(first.services.databaseUrl, 'CREATE TABLE kept AS SELECT 42 AS answer');
    const { supervisorPid, processes } = await status({ home });
    sendSignal(supervisorPid as number, 'SIGKILL');
    await first.finished();
    expect(await status({ home })).toMatchObject({ phase: 'crashed', processes: { length: 4 } });

    const second = await start();
    expect(second.alreadyUp).toBe(false);
    expect(processes.filter(({ pid }) => identityOf(pid as number))).toEqual([]);
    expect(await query(second.services.databaseUrl, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  test('after a kill -9 of everything, down cleans up and up starts again', async () => {
    await start();
    const { supervisorPid, processes } = await status({ home });
    for (const pid of [supervisorPid, ...processes.map((process) => process.pid)]) sendSignal(pid as number, 'SIGKILL');
    await until(async () => (await status({ home })).phase === 'down');
    expect((await start()).alreadyUp).toBe(false);
  });

  test('a crashed worker and a crashed Postgres come back under the same address', async () => {
    const { services } = await start();
    const [worker, postgres] = [await pidOf('worker'), await pidOf('postgres')];
    sendSignal(worker as number, 'SIGKILL');
    sendSignal(postgres as number, 'SIGKILL');
    await until(async () =>
      (await status({ home })).processes.every(
        (process) => process.state === 'running' && (process.restarts === 1) === ['worker', 'postgres'].includes(process.name),
      ),
    );
    expect(await query(services.databaseUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect((await status({ home })).processes.find(({ name }) => name === 'worker')?.lastEnd).toContain('SIGKILL');
  });

  test('two homes run side by side', async () => {
    const other = newHome();
    const [a, b] = await Promise.all([start(), start({ HOPLINE_HOME: other })]);
    expect(new Set([a.services.apiPort, b.services.apiPort]).size).toBe(2);
    expect([await status({ home }), await status({ home: other })]).toMatchObject([{ healthy: true }, { healthy: true }]);
  });

  test('two starts of one home at the same moment end in one supervisor', async () => {
    const [a, b] = await Promise.all([start(), start()]);
    expect(a.services).toEqual(b.services);
    expect((await status({ home })).supervisorPid).toBe(readState(home)?.supervisor.pid);
  });

  test('in the foreground it ends when asked, and when its home is deleted', async () => {
    const first = await start({}, { detach: false });
    await first.stop();
    expect(await status({ home })).toMatchObject({ phase: 'down' });

    const second = await start({}, { detach: false });
    const pids = (await status({ home })).processes.map(({ pid }) => pid as number);
    rmSync(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
    await second.finished();
    expect(pids.filter((pid) => identityOf(pid))).toEqual([]);
  });
});

describe('hopline up, when something is wrong', () => {
  afterEach(async () => {
    expect(await status({ home })).toMatchObject({ phase: 'down', processes: [] });
  });

  test('a port in use is named, and nothing is started', async () => {
    home = newHome(template.emptyHome());
    const port = await listenOnAnyPort();
    await expect(start({ HOPLINE_PORT: String(port) })).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      message: expect.stringContaining(`got: ${port}`),
    });
    expect(existsSync(`${home}/logs/temporal.log`)).toBe(false);
  });

  test('a wrong TEMPORAL_ADDRESS is named, and the Postgres that had started is gone', async () => {
    await expect(start({ TEMPORAL_ADDRESS: '127.0.0.1:9' })).rejects.toMatchObject({
      code: 'TEMPORAL_UNREACHABLE',
      message: expect.stringContaining('127.0.0.1:9'),
    });
  });

  test('something else than Temporal behind TEMPORAL_ADDRESS, and a missing namespace, are named', async () => {
    const port = await listenOnAnyPort();
    await expect(checkTemporal(`127.0.0.1:${port}`, 'default')).rejects.toMatchObject({ code: 'TEMPORAL_UNREACHABLE' });
    await expect(checkTemporal('nowhere.invalid:7233', 'default')).rejects.toMatchObject({
      code: 'TEMPORAL_UNREACHABLE',
      message: expect.stringContaining('ENOTFOUND'),
    });
    const server = await startEmbedded({ home, services: ['temporal'], durable: false });
    try {
      await expect(checkTemporal(server.temporalAddress as string, 'research')).rejects.toMatchObject({
        code: 'TEMPORAL_NAMESPACE_MISSING',
      });
    } finally {
      await server.stop();
    }
  });

  test('a DATABASE_URL where nobody answers is named without its password', async () => {
    const failed = start({ DATABASE_URL: 'postgresql://me:hunter2@127.0.0.1:9/lineage' });
    await expect(failed).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE', message: expect.not.stringContaining('hunter2') });
  });

  test("a worker that can't start gives its own named error, and everything else ends", async () => {
    writeFileSync(`${home}/worker.fails`, '');
    await expect(start()).rejects.toMatchObject({
      code: 'MODEL_MISSING',
      message: 'worker.model must be there, got: nothing',
      hint: 'hopline models ls',
    });
  });

  test('a full disk is named', async (context) => {
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', home], { stdio: 'ignore' });
    } catch {
      context.skip('needs the right to mount a small file system');
    }
    try {
      await expect(start()).rejects.toMatchObject({ code: 'DISK_FULL', message: expect.stringContaining('40 MB') });
    } finally {
      execFileSync('umount', ['--lazy', home]);
    }
  });
});
