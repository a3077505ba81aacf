import pg from 'pg';
import { columnTypes } from './column-types.ts';
import { databaseError, isConflict } from './database-error.ts';

/** Runs statements. bytea arrives as lower-case hex, bigint as number, timestamptz as Date, jsonb parsed. */
export interface Tx {
  query<T>(sql: string, values?: readonly unknown[]): Promise<T[]>;
}

export interface Db extends Tx {
  /** READ COMMITTED. `fn` may run again after a deadlock or a serialization failure, so it must not touch anything but `tx`. */
  transaction<T>(fn: (tx: Tx) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface DbOptions {
  /** Connections. Default 4. */
  max?: number;
  /** How long a connection may take to open. Milliseconds. Default 10_000. */
  connectTimeout?: number;
}

const TRIES = 6;

/** Connects lazily. Every call throws DATABASE_UNREACHABLE (not permanent) while there is no connection. */
export function openDb(databaseUrl: string, options: DbOptions = {}): Db {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: options.max ?? 4,
    connectionTimeoutMillis: options.connectTimeout ?? 10_000,
    keepAlive: true,
    application_name: 'hopline',
    types: columnTypes,
  });
  // An idle connection that breaks is dropped by the pool; the next call opens another one or says why it can't.
  pool.on('error', () => {});
  const named = <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      throw databaseError(error, databaseUrl);
    });
  return {
    query: <T>(sql: string, values?: readonly unknown[]) => named(rows<T>(pool, sql, values)),
    transaction: (fn) => named(retried(() => transact(pool, fn))),
    close: () => pool.end(),
  };
}

async function rows<T>(client: pg.Pool | pg.PoolClient, sql: string, values: readonly unknown[] = []): Promise<T[]> {
  return (await client.query(sql, values as unknown[])).rows as T[];
}

async function transact<T>(pool: pg.Pool, fn: (tx: Tx) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  const onError = (error: Error): void => {
    broken = error;
  };
  client.on('error', onError);
  try {
    await client.query('BEGIN');
    const result = await fn({ query: (sql, values) => rows(client, sql, values) });
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch((cause: Error) => {
      broken = cause;
    });
    throw error;
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}

/** Two transactions that insert the same keys can meet in a deadlock; the one that Postgres ends starts over. */
async function retried<T>(attempt: () => Promise<T>): Promise<T> {
  for (let count = 1; ; count++) {
    try {
      return await attempt();
    } catch (error) {
      if (count === TRIES || !isConflict(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 2 ** count * (5 + Math.random() * 5)));
    }
  }
}
