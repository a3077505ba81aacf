import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startEmbedded } from '../../infra/embedded/start.ts';
import { checkMigrations } from './check-migrations.ts';
import { openDb } from './db.ts';
import { useDatabase } from './fixtures/use-database.ts';
import { migrate } from './migrate.ts';

const ours = (await readdir(new URL('./migrations/', import.meta.url))).filter((name) => /^\d{4}_/.test(name)).sort();

describe('migrate', () => {
  const database = useDatabase(startEmbedded, { migrated: false });
  const withExtra = async (sql: string) => {
    const folder = await mkdtemp(join(tmpdir(), 'hopline-migrations-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    await cp(new URL('./migrations/', import.meta.url), folder, { recursive: true });
    await mkdir(join(folder, '9999_extra'));
    await writeFile(join(folder, '9999_extra/migration.sql'), sql);
    return pathToFileURL(`${folder}/`);
  };
  const run = async (url: string, sql: string) => {
    const db = openDb(url, { max: 1 });
    await db.query(sql);
    await db.close();
  };

  test('applies every migration once, also when four processes start together', async () => {
    const url = await database.another('together');
    const results = await Promise.all([1, 2, 3, 4].map(() => migrate(url)));
    expect(results.flatMap((result) => result.applied)).toEqual(ours);
    expect(await migrate(url)).toEqual({ applied: [] });
  });

  test('refuses a database with the tables of something else', async () => {
    const url = await database.another('foreign_tables');
    await run(url, 'CREATE TABLE customer (id int)');
    await expect(migrate(url)).rejects.toMatchObject({ code: 'DATABASE_FOREIGN', message: expect.stringContaining('customer') });
  });

  test('refuses a database that a newer version has migrated', async () => {
    const url = await database.another('newer');
    await migrate(url, await withExtra('CREATE TABLE extra (id int)'));
    await expect(migrate(url)).rejects.toMatchObject({
      code: 'MIGRATION_UNKNOWN',
      message: expect.stringContaining('9999_extra'),
    });
  });

  test('refuses a migration whose text was changed after it was applied', async () => {
    const url = await database.another('changed');
    await migrate(url, await withExtra('CREATE TABLE extra (id int)'));
    await expect(migrate(url, await withExtra('CREATE TABLE extra (id bigint)'))).rejects.toMatchObject({
      code: 'MIGRATION_CHANGED',
    });
  });

  test('a migration that fails leaves nothing behind', async () => {
    const url = await database.another('failing');
    await expect(migrate(url, await withExtra('CREATE TABLE half (id int); SELECT 1 / 0'))).rejects.toMatchObject({
      code: 'MIGRATION_FAILED',
      message: expect.stringContaining('division by zero'),
    });
    expect(await migrate(url)).toEqual({ applied: ours });
  });

  test.each([
    ['the last', ours.at(-1)!, `migration_name = '${ours.at(-1)}'`],
    ['one in between', ours[1]!, `migration_name = '${ours[1]}'`],
    ['every', ours[0]!, 'true'],
  ])('a database whose record of %s migration is lost is named, and left as it is', async (_which, name, rows) => {
    const url = await database.another(`unrecorded_${name}`);
    await migrate(url);
    await run(url, `DELETE FROM _prisma_migrations WHERE ${rows}`);
    const refused = expect.objectContaining({
      code: 'MIGRATION_UNRECORDED',
      message: expect.stringContaining(name),
      hint: expect.stringContaining(`--applied ${name}`),
    });
    await expect(migrate(url)).rejects.toEqual(refused);
    const db = openDb(url, { max: 1 });
    const [left] = await db.query<{ count: number }>('SELECT count(*) FROM _prisma_migrations');
    await db.close();
    expect(left!.count).toBe(name === ours[0] ? 0 : ours.length - 1);
  });

  test('names a server that is not there, without the password', async () => {
    const error = await migrate('postgresql://me:secret@127.0.0.1:1/none').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'DATABASE_UNREACHABLE', permanent: false });
    expect(String(error)).not.toContain('secret');
  });

  test('a user without the right to make tables is named', async () => {
    const url = await database.another('forbidden');
    await expect(migrate(await asVisitor(url))).rejects.toMatchObject({
      code: 'DATABASE_FORBIDDEN',
      message: expect.stringContaining('permission denied'),
    });
  });

  /** The same database for a user who may log in and nothing else. */
  async function asVisitor(url: string): Promise<string> {
    await database.db.query(
      `DO $$ BEGIN CREATE ROLE visitor LOGIN PASSWORD 'p'; EXCEPTION WHEN duplicate_object THEN NULL; END $$`,
    );
    return Object.assign(new URL(url), { username: 'visitor', password: 'p' }).href;
  }

  describe('the check', () => {
    const tables = async (url: string): Promise<unknown> => {
      const db = openDb(url, { max: 1 });
      try {
        return await db.query(`SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`);
      } finally {
        await db.close();
      }
    };
    const refused = async (url: string, error: Record<string, unknown>): Promise<void> => {
      const before = await tables(url);
      await expect(checkMigrations(url)).rejects.toMatchObject(error);
      expect(await tables(url)).toEqual(before);
    };

    test('passes a database that is up to date', async () => {
      const url = await database.another('check_current');
      await migrate(url);
      await expect(checkMigrations(url)).resolves.toBeUndefined();
    });

    test('names what an older and an empty database lack, and the command that mends it', async () => {
      const empty = await database.another('check_empty');
      await refused(empty, {
        code: 'MIGRATIONS_MISSING',
        message: expect.stringContaining('an empty one'),
        hint: 'hopline migrate',
      });
      await migrate(empty);
      await run(empty, `DELETE FROM _prisma_migrations WHERE migration_name > '0001_lineage'`);
      await refused(empty, {
        code: 'MIGRATIONS_MISSING',
        message: expect.stringMatching(/0002_recovery.*got 0001_lineage/),
        hint: 'hopline migrate',
      });
    });

    test('refuses a newer and a foreign database', async () => {
      const newer = await database.another('check_newer');
      await migrate(newer, await withExtra('CREATE TABLE extra (id int)'));
      await refused(newer, { code: 'MIGRATION_UNKNOWN', message: expect.stringContaining('9999_extra') });
      const foreign = await database.another('check_foreign');
      await run(foreign, 'CREATE TABLE customer (id int)');
      await refused(foreign, { code: 'DATABASE_FOREIGN', message: expect.stringContaining('customer') });
    });

    test('refuses a user who may not read the record, or may read all and write nothing', async () => {
      const url = await database.another('check_visitor');
      await migrate(url);
      const visitor = await asVisitor(url);
      await refused(visitor, { code: 'DATABASE_FORBIDDEN', message: expect.stringContaining('permission denied') });
      await run(url, 'GRANT SELECT ON ALL TABLES IN SCHEMA public TO visitor');
      await refused(visitor, {
        code: 'DATABASE_FORBIDDEN',
        message: expect.stringMatching(/visitor.*artifact/),
        hint: expect.stringMatching(/^GRANT/),
      });
    });
  });
});
