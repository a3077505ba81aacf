import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startEmbedded } from '../../infra/embedded/start.ts';
import { openDb } from './db.ts';
import { useDatabase } from './fixtures/use-database.ts';
import { migrate } from './migrate.ts';

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
    expect(results.flatMap((result) => result.applied)).toEqual(['0001_lineage', '0002_recovery']);
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
    await expect(migrate(url, await withExtra('CREATE TABLE half (id int); SELECT 1 / 0'))).rejects.toThrow('division by zero');
    expect(await migrate(url)).toEqual({ applied: ['0001_lineage', '0002_recovery'] });
  });

  test('names a server that is not there, without the password', async () => {
    const error = await migrate('postgresql://me:secret@127.0.0.1:1/none').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'DATABASE_UNREACHABLE', permanent: false });
    expect(String(error)).not.toContain('secret');
  });
});
