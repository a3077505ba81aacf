import pg from 'pg';
import { columnTypes } from './column-types.ts';
import { databaseError, isConflict } from './database-error.ts';
import { SocketWatch } from './socket-watch.ts';
import { type CancelStatement, withClient } from './with-client.ts';

/** Runs statements. bytea arrives as lower-case hex, bigint as number, timestamptz as Date, jsonb parsed. */
export interface Tx {
  /** When `signal` aborts, the statement is cancelled on the server. @throws the signal's reason */
  query<T>(sql: string, values?: readonly unknown[], signal?: AbortSignal): Promise<T[]>;
}

export interface Db extends Tx {
  /** READ COMMITTED. `fn` may run again after a deadlock or a serialization failure, so it must not touch anything but `tx`. */
  transaction<T>(fn: (tx: Tx) => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** How busy the connections are. Missing where a test stands in for the database. */
  load?(): PoolLoad;
  close(): Promise<void>;
}

export interface PoolLoad {
  /** Connections that are at work. */
  used: number;
  /** Calls that wait for one. */
  waiting: number;
}

export interface DbOptions {
  /** Connections. Default 4. */
  max?: number;
  /** How long a connection may take to open. Milliseconds. Default 10_000. */
  connectTimeout?: number;
  /** How long the server lets one statement run. Milliseconds. Default: without end, as runs need it. */
  statementTimeout?: number;
  /** Told of every statement: how long it took, its connection included. */
  onStatement?: (seconds: number, failed: boolean) => void;
}

const TRIES = 6;

/** For a sort or a hash table before it goes to the disk: a what-if over a million candidates joins tables of a million rows (2.6 s with 16 MB,
 *  2.0 s with this). Other statements of ours stay far below. */
const MEMORY = "SET work_mem = '96MB'";

/** What the server does about a client that it doesn't hear from any more: it must not keep locks that a run waits for. A worker that is cut
 *  off or whose host is gone is found out after 25 s, one that is stopped in the middle of a transaction after 30 s. Our transactions are
 *  statements one after the other. */
const SESSION = `
  SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3; SET tcp_user_timeout = 25000;
  SET client_connection_check_interval = 10000; SET idle_in_transaction_session_timeout = 30000; ${MEMORY}`;

/** Connects lazily. Every call throws DATABASE_UNREACHABLE (not permanent) while there is no connection. */
export function openDb(databaseUrl: string, options: DbOptions = {}): Db {
  const sockets = new SocketWatch();
  const config: pg.PoolConfig = {
    connectionString: databaseUrl,
    connectionTimeoutMillis: options.connectTimeout ?? 10_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    stream: sockets.open,
    application_name: 'hopline',
    types: columnTypes,
  };
  const session = options.statementTimeout
    ? `${SESSION}; SET statement_timeout = ${Math.ceil(options.statementTimeout)}`
    : SESSION;
  const pool = new pg.Pool({
    ...config,
    max: options.max ?? 4,
    // A pooler or an old server that knows none of it must not keep us out.
    onConnect: (client) => client.query(session).then(nothing, nothing),
  });
  // Apart, so that a cancellation never waits for the statement that it is to end.
  const canceller = new pg.Pool({ ...config, max: 1, idleTimeoutMillis: 5_000 });
  // An idle connection that breaks is dropped by the pool; the next call opens another one or says why it can't.
  for (const each of [pool, canceller]) each.on('error', () => {});
  const cancel: CancelStatement = (processId) => canceller.query('SELECT pg_cancel_backend($1)', [processId]);
  const named = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      if (!sockets.reachable) throw Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' });
      return await work();
    } catch (error) {
      throw databaseError(error, databaseUrl);
    }
  };
  const told = options.onStatement ? toldTo(options.onStatement) : untold;
  return {
    query: <T>(sql: string, values?: readonly unknown[], signal?: AbortSignal) =>
      named(() =>
        told(() =>
          signal ? withClient(pool, (client) => rows<T>(client, sql, values), cancel, signal) : rows<T>(pool, sql, values),
        ),
      ),
    transaction: (fn, signal) => named(() => retried(() => withClient(pool, transact(fn, told), cancel, signal))),
    load: () => ({ used: pool.totalCount - pool.idleCount, waiting: pool.waitingCount }),
    close: async () => void (await Promise.all([pool.end(), canceller.end()])),
  };
}

type Told = <T>(statement: () => Promise<T>) => Promise<T>;

const untold: Told = (statement) => statement();

function toldTo(tell: (seconds: number, failed: boolean) => void): Told {
  return async (statement) => {
    const began = performance.now();
    let failed = true;
    try {
      const result = await statement();
      failed = false;
      return result;
    } finally {
      tell((performance.now() - began) / 1000, failed);
    }
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

const transact =
  <T>(fn: (tx: Tx) => Promise<T>, told: Told) =>
  async (client: pg.PoolClient, broken: (cause: Error) => void): Promise<T> => {
    try {
      await client.query('BEGIN');
      const result = await fn({ query: (sql, values) => told(() => rows(client, sql, values)) });
      await client.query('COMMIT');
      return result;
    } catch (error) {
      await client.query('ROLLBACK').catch(broken);
      throw error;
    }
  };

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
