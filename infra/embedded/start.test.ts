import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { identityOf } from '../../engine/recovery/process-identity.ts';
import { type HomeTemplate, homeTemplate } from '../fixtures/home-template.ts';
import { endProcess, goneWithin } from '../process/end-process.ts';
import { lockHome } from '../process/home-lock.ts';
import { livingOrphans } from '../process/process-record.ts';
import { type Embedded, type EmbeddedOptions, startEmbedded } from './start.ts';
import { installedTemporal } from './temporal-binary.ts';
import { answersFor } from './temporal-ready.ts';

let home: string;
const running: Embedded[] = [];

let template: HomeTemplate;

beforeAll(async () => {
  template = await homeTemplate();
});

afterAll(() => template.remove());

beforeEach(() => {
  home = template.emptyHome();
});

afterEach(async () => {
  vi.unstubAllEnvs();
  for (const services of running.splice(0)) await services.stop();
  rmSync(home, { recursive: true, force: true });
});

/** Starts in a home that has a cluster already, which is much quicker. */
async function startWithCluster(options: Partial<EmbeddedOptions> = {}): Promise<Embedded> {
  if (!existsSync(`${home}/postgres`)) {
    rmSync(home, { recursive: true });
    home = template.home();
  }
  return start(options);
}

async function start(options: Partial<EmbeddedOptions> = {}): Promise<Embedded> {
  const services = await startEmbedded({ home, durable: false, ...options });
  running.push(services);
  return services;
}

/** A program that does `first`, then crashes as Go programs do. */
function crashing(name: string, first: string): string {
  const program = `${home}/${name}.sh`;
  const stack = `seq 300 | sed 's|^|go.uber.org/dig.(*Scope).Invoke at container.go line |' >&2`;
  writeFileSync(program, `#!/bin/sh\n${first}\necho 'panic: no port was left' >&2\n${stack}\nexit 2\n`, { mode: 0o755 });
  return program;
}

async function query(services: Embedded, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: services.databaseUrl });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

async function withTemporal<T>(services: Embedded, use: (client: Client) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address: services.temporalAddress });
  try {
    return await use(new Client({ connection }));
  } finally {
    await connection.close();
  }
}

describe('the embedded services', () => {
  test('what Postgres and Temporal were told is there again after a stop and a start', async () => {
    const first = await startWithCluster({ durable: true });
    await query(first, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await withTemporal(first, (client) => client.workflow.start('nobody', { taskQueue: 'none', workflowId: 'kept' }));
    await first.stop();

    const second = await start();
    expect(await query(second, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    const { status } = await withTemporal(second, (client) => client.workflow.getHandle('kept').describe());
    expect(status.name).toBe('RUNNING');
  });

  test('nobody but the owner can read the password, and only loopback is listened on', async () => {
    const services = await startWithCluster({ services: ['postgres'] });
    expect(services.temporalAddress).toBeUndefined();
    expect(statSync(`${home}/secrets/postgres-password`).mode & 0o077).toBe(0);
    expect(await query(services, 'SHOW listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
    expect(await query(services, 'SHOW fsync')).toEqual([{ fsync: 'off' }]);
  });

  test('a second start on the same home is refused, and disturbs nothing', async () => {
    const first = await startWithCluster({ services: ['postgres'] });
    await expect(start({ services: ['postgres'] })).rejects.toMatchObject({ code: 'HOME_IN_USE' });
    expect(await query(first, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  test('an initdb that was cut off is made anew', async () => {
    mkdirSync(`${home}/postgres/data.draft`, { recursive: true });
    writeFileSync(`${home}/postgres/data.draft/PG_VERSION`, '18\n');
    expect(await query(await start({ services: ['postgres'] }), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(existsSync(`${home}/postgres/data.draft`)).toBe(false);
  });

  test('a Temporal database whose first start was cut off is made anew', async () => {
    mkdirSync(`${home}/temporal`, { recursive: true });
    writeFileSync(`${home}/temporal/temporal.db`, '');
    const services = await start({ services: ['temporal'] });
    await withTemporal(services, (client) => client.workflow.start('nobody', { taskQueue: 'none', workflowId: 'w' }));
  });

  test('a postmaster.pid whose pid now belongs to somebody else does not stop Postgres', async () => {
    await (await startWithCluster({ services: ['postgres'] })).stop();
    const [, ...rest] = ['', `${home}/postgres/data`, '1700000000', '5432', '', '127.0.0.1', '', 'ready'];
    writeFileSync(`${home}/postgres/data/postmaster.pid`, [process.pid, ...rest].join('\n'));
    expect(await query(await start({ services: ['postgres'] }), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  test('a Postgres that lives on after its owner was killed is ended before the new one starts', async () => {
    const first = await startWithCluster({ services: ['postgres'] });
    const orphan = livingOrphans(home).get('postgres');
    rmSync(`${home}/run/lock`);
    const second = await start({ services: ['postgres'] });
    expect(orphan && identityOf(orphan.pid)).toBeUndefined();
    expect(await query(second, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await first.stop();
  });

  test('it is found by its postmaster.pid even when its record is lost', async () => {
    await startWithCluster({ services: ['postgres'] });
    rmSync(`${home}/run`, { recursive: true });
    const pid = Number(readFileSync(`${home}/postgres/data/postmaster.pid`, 'utf8').split('\n')[0]);
    await start({ services: ['postgres'] });
    expect(identityOf(pid)).toBeUndefined();
  });

  test.skipIf(process.platform !== 'linux')('nothing stays when the process that started them is killed', async () => {
    const entry = join(import.meta.dirname, 'start.ts');
    const program = `import(${JSON.stringify(entry)}).then(({ startEmbedded }) => startEmbedded({ home: ${JSON.stringify(home)}, durable: false })).then(() => console.log('up'))`;
    const owner = spawn(process.execPath, ['--import', 'tsx', '--eval', program], {
      cwd: join(import.meta.dirname, '../..'),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(owner.stdout, 'data');
    const children = [...livingOrphans(home).values()];
    expect(children).toHaveLength(2);
    owner.kill('SIGKILL');
    expect(await Promise.all(children.map((child) => goneWithin(child, 60_000)))).toEqual([true, true]);
  });

  test('a lock of a dead process is taken over, a living one is respected', async () => {
    const dead = {
      pid: Number(execFileSync('sh', ['-c', 'echo $$'], { encoding: 'utf8' })),
      startedAt: 'long ago',
      purpose: 'supervisor',
    };
    mkdirSync(`${home}/run`);
    writeFileSync(`${home}/run/lock`, JSON.stringify(dead));
    const lock = lockHome(home, 'embedded');
    expect(() => lockHome(home, 'embedded')).toThrow(expect.objectContaining({ code: 'HOME_IN_USE' }));
    lock.release();
    expect(existsSync(`${home}/run/lock`)).toBe(false);
  });

  test('a service that cannot start takes the other down with it and is named with its reason', async () => {
    mkdirSync(`${home}/temporal/made`, { recursive: true });
    mkdirSync(`${home}/temporal/temporal.db`);
    await expect(start()).rejects.toMatchObject({
      code: 'TEMPORAL_START_FAILED',
      message: expect.stringContaining('temporal must start'),
    });
    expect(livingOrphans(home).size).toBe(0);
    expect(existsSync(`${home}/run/lock`)).toBe(false);
  });

  test('a Temporal that crashes once at its start is started again', async () => {
    vi.stubEnv(
      'TEMPORAL_CLI_PATH',
      crashing('once', `[ -e ${home}/crashed ] && exec ${installedTemporal()} "$@"; touch ${home}/crashed`),
    );
    const services = await start({ services: ['temporal'] });
    expect(existsSync(`${home}/crashed`)).toBe(true);
    expect(await answersFor(services.temporalAddress as string, 'default')).toBe(true);
  });

  test('a Temporal that somebody takes a port from is started again with others', async () => {
    const thief = createServer();
    const taken = await new Promise<number>((resolve) =>
      thief.listen(0, '127.0.0.1', () => resolve((thief.address() as { port: number }).port)),
    );
    vi.stubEnv(
      'TEMPORAL_CLI_PATH',
      crashing(
        'robbed',
        `if [ ! -e ${home}/robbed ]; then touch ${home}/robbed; exec ${installedTemporal()} "$@" --http-port=${taken}; fi; exec ${installedTemporal()} "$@"`,
      ),
    );
    const services = await start({ services: ['temporal'] });
    thief.close();
    expect(readFileSync(`${home}/logs/temporal.log`, 'utf8')).toContain('address already in use');
    expect(await answersFor(services.temporalAddress as string, 'default')).toBe(true);
  });

  test('what a crash at the start was over is named, however long the stack that follows', async () => {
    vi.stubEnv('TEMPORAL_CLI_PATH', crashing('always', ''));
    await expect(start({ services: ['temporal'] })).rejects.toMatchObject({
      code: 'TEMPORAL_START_FAILED',
      message: 'temporal must start, got: ended with code 2: panic: no port was left',
    });
  });

  test('a home below a file is named as unwritable', async () => {
    writeFileSync(`${home}/file`, '');
    await expect(start({ home: `${home}/file/home` })).rejects.toMatchObject({ code: 'HOME_UNWRITABLE' });
  });

  test('Temporal is ready for the namespace that it was told, and for no other', async () => {
    const services = await start({ services: ['temporal'] });
    expect(await answersFor(services.temporalAddress as string, 'default')).toBe(true);
    expect(await answersFor(services.temporalAddress as string, 'research')).toBe(false);
    expect(await answersFor('127.0.0.1:9', 'default')).toBe(false);
  });

  test('a process that recycles a pid is never taken for the one that was recorded', async () => {
    const own = identityOf(process.pid);
    expect(own).toBeDefined();
    await endProcess({ pid: process.pid, startedAt: 'another start' });
    expect(identityOf(process.pid)).toEqual(own);
  });
});
