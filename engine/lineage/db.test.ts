import { describe, expect, test } from 'vitest';
import { startEmbedded } from '../../infra/embedded/start.ts';
import { sha256 } from '../plan/digest.ts';
import { bytea, byteas, jsonb } from './column-values.ts';
import { openDb } from './db.ts';
import { useDatabase } from './fixtures/use-database.ts';

describe('openDb', () => {
  const database = useDatabase(startEmbedded);

  test('hands digests out as hex, ids as numbers, json parsed', async () => {
    const [row] = await database.db.query(
      `SELECT $1::bytea AS digest, 7::bigint AS id, $2::jsonb AS json, $3::bytea[] AS digests, NULL::bytea AS none`,
      [bytea(sha256('a')), jsonb({ text: 'a\\u0000b\0' }), byteas([sha256('b'), null])],
    );
    expect(row).toEqual({
      digest: sha256('a'),
      id: 7,
      json: { text: 'a\\u0000b\uFFFD' },
      digests: [Buffer.from(sha256('b'), 'hex'), null],
      none: null,
    });
  });

  test('a connection that is lost is an error that may be tried again, and the next call has a new one', async () => {
    const db = openDb(database.url, { max: 1 });
    const lost = db.transaction((tx) => tx.query('SELECT pg_terminate_backend(pg_backend_pid())'));
    await expect(lost).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE', permanent: false });
    expect(await db.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await db.close();
  });

  test('a transaction that loses a deadlock starts over', async () => {
    await database.db.query('CREATE TABLE pair (id int PRIMARY KEY, count int); INSERT INTO pair VALUES (1, 0), (2, 0)');
    const both = (first: number, second: number) =>
      database.db.transaction(async (tx) => {
        await tx.query('UPDATE pair SET count = count + 1 WHERE id = $1', [first]);
        await tx.query('SELECT pg_sleep(0.1)');
        await tx.query('UPDATE pair SET count = count + 1 WHERE id = $1', [second]);
      });
    await Promise.all([both(1, 2), both(2, 1), both(1, 2), both(2, 1)]);
    expect(await database.db.query('SELECT count FROM pair ORDER BY id')).toEqual([{ count: 4 }, { count: 4 }]);
  });

  test('a transaction whose function throws leaves nothing', async () => {
    const failing = database.db.transaction(async (tx) => {
      await tx.query(`INSERT INTO project (name) VALUES ('half')`);
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await database.db.query(`SELECT 1 FROM project WHERE name = 'half'`)).toEqual([]);
  });

  test('a database that does not exist or has no tables is named', async () => {
    const missing = openDb(Object.assign(new URL(database.url), { pathname: '/nowhere' }).href);
    await expect(missing.query('SELECT 1')).rejects.toMatchObject({ code: 'DATABASE_REFUSED' });
    await missing.close();
    const empty = openDb(await database.another('without_tables'));
    await expect(empty.query('SELECT 1 FROM run')).rejects.toMatchObject({ code: 'DATABASE_OUTDATED' });
    await empty.close();
  });
});
