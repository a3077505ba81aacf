import { describe, expect, test } from 'vitest';
import { startEmbedded } from '../../infra/embedded/start.ts';
import { abortable } from './abortable.ts';
import { type Db, openDb } from './db.ts';
import { useDatabase } from './fixtures/use-database.ts';

describe('a database that is asked for one request', () => {
  const database = useDatabase(startEmbedded, { migrated: false });

  /** Statements of sleep that the server is at, seen by another connection. */
  const asleep = async (): Promise<number> =>
    (
      await database.db.query<{ count: number }>(
        `SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%pg_sleep%' AND pid <> pg_backend_pid()`,
      )
    )[0]!.count;

  async function until(count: number): Promise<void> {
    while ((await asleep()) !== count) await new Promise((resolve) => setTimeout(resolve, 10));
  }

  const withOne = async (work: (db: Db) => Promise<void>): Promise<void> => {
    const db = openDb(database.url, { max: 1 });
    await work(db).finally(() => db.close());
  };

  test('gives way when the request ends: the server stops, the caller gets the reason, the next one the connection', () =>
    withOne(async (db) => {
      const request = new AbortController();
      const own = abortable(db, request.signal);
      const both = Promise.allSettled([own.query('SELECT pg_sleep(60) WHERE $1', [true]), own.query('SELECT 1')]);
      await until(1);
      const reason = new Error('gone');
      request.abort(reason);
      expect(await both).toEqual([
        { status: 'rejected', reason },
        { status: 'rejected', reason },
      ]);
      await expect(own.query('SELECT 1')).rejects.toThrow('gone');
      await until(0);
      expect(await db.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
      expect(db.load!()).toEqual({ used: 0, waiting: 0 });
    }));

  test('a transaction that is cut off leaves nothing', () =>
    withOne(async (db) => {
      await db.query('CREATE TABLE kept (id int)');
      const request = new AbortController();
      const cut = abortable(db, request.signal).transaction(async (tx) => {
        await tx.query('INSERT INTO kept VALUES (1)');
        await tx.query('SELECT pg_sleep(60)');
      });
      await until(1);
      request.abort(new Error('gone'));
      await expect(cut).rejects.toThrow('gone');
      await until(0);
      expect(await db.query('SELECT * FROM kept')).toEqual([]);
    }));

  test('a hundred that end at any moment leave connections that answer what they are asked', () =>
    withOne(async (db) => {
      for (let round = 0; round < 100; round++) {
        const request = new AbortController();
        const cut = abortable(db, request.signal)
          .query('SELECT pg_sleep(0.002)')
          .catch((error: Error) => error.message);
        setTimeout(() => request.abort(new Error('gone')), round % 6);
        const other = await db.query('SELECT $1::int AS n', [round]);
        expect(other).toEqual([{ n: round }]);
        expect(['gone', [{ pg_sleep: '' }]]).toContainEqual(await cut);
      }
    }));

  test('the server itself ends a statement that outlives the time-out of its pool, under a name', async () => {
    const db = openDb(database.url, { max: 1, statementTimeout: 50 });
    await expect(db.query('SELECT pg_sleep(60)')).rejects.toMatchObject({ code: 'STATEMENT_CANCELLED', permanent: false });
    await db.close();
  });

  test('tells of every statement how long it took', async () => {
    const told: [number, boolean][] = [];
    const db = openDb(database.url, { onStatement: (seconds, failed) => void told.push([seconds, failed]) });
    await db.query('SELECT pg_sleep(0.02)');
    await db.transaction((tx) => tx.query('SELECT 1'));
    await expect(db.query('SELECT nothing')).rejects.toThrow();
    expect(told.map(([, failed]) => failed)).toEqual([false, false, true]);
    expect(told[0]![0]).toBeGreaterThanOrEqual(0.02);
    await db.close();
  });
});
