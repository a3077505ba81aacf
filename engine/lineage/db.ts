import pg from 'pg';
import { columnTypes } from './column-types.ts';
import { databaseError, isConflict } from './database-error.ts';
import { SocketWatch } from './socket-watch.ts';

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

/** What the server does about a client that it doesn't hear from any more: it must not keep locks that a run waits for. A worker that is cut
 *  off or whose host is gone is found out after 25 s, one that is stopped in the middle of a transaction after 30 s. Our transactions are
 *  statements one after the other. */
const SESSION = `
  SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3; SET tcp_user_timeout = 25000;
  SET client_connection_check_interval = 10000; SET idle_in_transaction_session_timeout = 30000`;

/** Connects lazily. Every call throws DATABASE_UNREACHABLE (not permanent) while there is no connection. */
export function openDb(databaseUrl: string, options: DbOptions = {}): Db {
  const sockets = new SocketWatch();
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: options.max ?? 4,
    connectionTimeoutMillis: options.connectTimeout ?? 10_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    stream: sockets.open,
    // A pooler or an old server that knows none of it must not keep us out.
    onConnect: (client) => client.query(SESSION).then(nothing, nothing),
    application_name: 'hopline',
    types: columnTypes,
  });
  // An idle connection that breaks is dropped by the pool; the next call opens another one or says why it can't.
  pool.on('error', () => {});
  const named = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      if (!sockets.reachable) throw Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' });
      return await work();
    } catch (error) {
      throw databaseError(error, databaseUrl);
    }
  };
  return {
    query: <T>(sql: string, values?: readonly unknown[]) => named(() => rows<T>(pool, sql, values)),
    transaction: (fn) => named(() => retried(() => transact(pool, fn))),
    close: () => pool.end(),
  };
}

const nothing = (): void => undefined;

async function rows<T>(client: pg.Pool | pg.PoolClient, sql: string, values: readonly unknown[] = []): Promise<T[]> {
  return (await client.query({ text: sql, values: values as unknown[], name: statementName(sql, values) })).rows as T[];
}

/** Names of statements, by their text. */
const names = new Map<string, string>();
const MOST_NAMES = 500;

/** A statement with parameters is prepared under a name: parsed and planned once a connection instead of each time, which is a third of
 *  what a commit costs. Those without are made up for once. */
function statementName(sql: string, values: readonly unknown[]): string | undefined {
  if (values.length === 0) return undefined;
  const known = names.get(sql);
  if (known !== undefined || names.size >= MOST_NAMES) return known;
  const name = `hopline_${names.size}`;
  names.set(sql, name);
  return name;
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
