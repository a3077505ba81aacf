import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migrate, openDb } from '../engine/lineage/index.ts';
import { type Embedded, startEmbedded } from '../infra/embedded/start.ts';

/** The connected mode as a user meets it, with a real Postgres and Temporal that somebody else runs. */
const HOPLINE = new URL('../bin/hopline.js', import.meta.url).pathname;
let home: string;
let embedded: Embedded;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'hopline-connected-'));
  embedded = await startEmbedded({ home, durable: false });
});
afterAll(async () => {
  await embedded?.stop();
  rmSync(home, { recursive: true, force: true });
});

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

function hopline(args: string[], env: NodeJS.ProcessEnv): Promise<Ended> {
  const child = spawn(process.execPath, [HOPLINE, ...args], {
    cwd: home,
    env: { PATH: process.env.PATH, HOPLINE_HOME: join(home, 'own'), ...env },
  });
  // A checkout whose sources have changed builds its programs first, and says so: `set-up: ...`.
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (text) => (stdout += text));
  child.stderr.on('data', (text) => (stderr += text));
  return new Promise((resolve) =>
    child.once('close', (code) => resolve({ code, stdout, stderr: stderr.replace(/^set-up: .*\n/gm, '') })),
  );
}

async function sql(url: string, statement: string): Promise<unknown[]> {
  const db = openDb(url, { max: 1 });
  try {
    return await db.query(statement);
  } finally {
    await db.close();
  }
}

async function database(name: string): Promise<string> {
  await sql(embedded.databaseUrl!, `CREATE DATABASE ${name}`);
  return Object.assign(new URL(embedded.databaseUrl!), { pathname: `/${name}` }).href;
}

const connected = (databaseUrl: string): NodeJS.ProcessEnv => ({
  DATABASE_URL: databaseUrl,
  TEMPORAL_ADDRESS: embedded.temporalAddress,
  STORE_URL: `file://${home}/store`,
});

/** A worker and an API server both refuse, in two lines, and leave the database as it is. */
async function bothRefuse(env: NodeJS.ProcessEnv, error: RegExp): Promise<void> {
  const tables = `SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`;
  const before = env.DATABASE_URL?.includes('127.0.0.1:9/') ? [] : await sql(env.DATABASE_URL!, tables);
  for (const { code, stderr, stdout } of await Promise.all([hopline(['worker'], env), hopline(['api'], env)])) {
    expect(stderr).toMatch(error);
    expect(stderr.trim().split('\n')).toHaveLength(2);
    expect([code, stdout]).toEqual([1, '']);
  }
  if (before.length > 0) expect(await sql(env.DATABASE_URL!, tables)).toEqual(before);
}

describe('a database', () => {
  test('that is older is refused with the command that mends it, and mended by it', async () => {
    const url = await database('older');
    await migrate(url);
    await sql(url, `DELETE FROM _prisma_migrations WHERE migration_name > '0001_lineage'`);
    await bothRefuse(connected(url), /^error\[MIGRATIONS_MISSING\] .*0002_recovery.*got 0001_lineage\nhint: hopline migrate\n$/);
    const empty = await database('empty');
    await bothRefuse(connected(empty), /^error\[MIGRATIONS_MISSING\] .*got an empty one\nhint: hopline migrate\n$/);
    const first = await hopline(['migrate', '--json'], { DATABASE_URL: empty });
    expect(JSON.parse(first.stdout)).toEqual({ applied: expect.arrayContaining(['0001_lineage', '0002_recovery']) });
    expect(await hopline(['migrate'], { DATABASE_URL: empty })).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('up to date'),
    });
  });

  test('that is newer is refused, by `migrate` and `up` too', async () => {
    const url = await database('newer');
    await migrate(url);
    await sql(
      url,
      `INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name) VALUES ('x', 'x', now(), '9999_future')`,
    );
    const refusal = /^error\[MIGRATION_UNKNOWN\] .*got migration "9999_future"\nhint: upgrade Hopline/m;
    await bothRefuse(connected(url), refusal);
    for (const args of [['migrate'], ['up', '--detach']]) {
      const { code, stderr } = await hopline(args, connected(url));
      expect([code, stderr]).toEqual([1, expect.stringMatching(refusal)]);
    }
  });

  test('of somebody else, one that the user may not use, and one that is not there are refused', async () => {
    const foreign = await database('foreign_tables');
    await sql(foreign, 'CREATE TABLE customer (id int)');
    await bothRefuse(connected(foreign), /^error\[DATABASE_FOREIGN\] DATABASE_URL .*customer\nhint: createdb/);
    const closed = await database('closed');
    await migrate(closed);
    await sql(closed, `CREATE ROLE visitor LOGIN PASSWORD 'p'`);
    const visitor = Object.assign(new URL(closed), { username: 'visitor', password: 'p' }).href;
    await bothRefuse(connected(visitor), /^error\[DATABASE_FORBIDDEN\] DATABASE_URL .*permission denied/);
    await bothRefuse(connected('postgresql://me:hunter2@127.0.0.1:9/none'), /^error\[DATABASE_UNREACHABLE\] (?!.*hunter2)/);
  });
});

test('a Temporal namespace that is missing is named with the command that makes it, by `up` too', async () => {
  const url = await database('no_namespace');
  await migrate(url);
  const env = { ...connected(url), TEMPORAL_NAMESPACE: 'research' };
  const refusal =
    /^error\[TEMPORAL_NAMESPACE_MISSING\] TEMPORAL_NAMESPACE must exist on .*got: research\nhint: temporal operator namespace create --address .* --namespace research/m;
  await bothRefuse(env, refusal);
  const { code, stderr } = await hopline(['up', '--detach'], env);
  expect([code, stderr]).toEqual([1, expect.stringMatching(refusal)]);
  await bothRefuse(
    { ...connected(url), TEMPORAL_ADDRESS: '127.0.0.1:9' },
    /^error\[TEMPORAL_UNREACHABLE\] TEMPORAL_ADDRESS .*127\.0\.0\.1:9/,
  );
});

test('a store that can not be written is named, by `up` too', async (context) => {
  const url = await database('no_store');
  await migrate(url);
  const folder = mkdtempSync(join(tmpdir(), 'hopline-readonly-'));
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'ro', 'tmpfs', folder]).status !== 0)
    return context.skip('needs the right to mount a tmpfs');
  try {
    const env = { ...connected(url), STORE_URL: `file://${folder}/store` };
    await bothRefuse(env, /^error\[STORE_READ_ONLY\] store/);
    const { code, stderr } = await hopline(['up', '--detach'], env);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/error\[STORE_READ_ONLY\]/)]);
  } finally {
    spawnSync('umount', [folder]);
    rmSync(folder, { recursive: true });
  }
});

test('what is not set is named', async () => {
  const { code, stderr } = await hopline(['worker'], { DATABASE_URL: embedded.databaseUrl });
  expect([code, stderr]).toEqual([1, expect.stringMatching(/^error\[CONFIG_MISSING\] TEMPORAL_ADDRESS must be set/)]);
});
