import { type Child, startChild } from '../process/child.ts';
import { freePort } from '../process/free-port.ts';
import { waitReady } from '../process/wait-ready.ts';
import { postgresBinaries } from './postgres-binaries.ts';
import { POSTGRES_ROLE, postgresCluster } from './postgres-cluster.ts';
import { acceptsQueries } from './postgres-ready.ts';
import { POSTGRES_SETTINGS, settingFlags, THROWAWAY_SETTINGS } from './postgres-settings.ts';
import { clearStalePostmaster } from './stale-postmaster.ts';

export const POSTGRES_DATABASE = 'hopline';

export interface PostgresOptions {
  home: string;
  /** Taken when it is free. */
  preferredPort?: number;
  /** The only port that will do: a restart, whose clients know the address. */
  port?: number;
  /** False for throw-away clusters of tests: no fsync. Default true. */
  durable?: boolean;
  signal?: AbortSignal;
}

export interface PostgresServer {
  child: Child;
  port: number;
  databaseUrl: string;
}

/** Starts the home's Postgres on loopback, with the database `hopline` in it, and returns when it answers.
 *  @throws POSTGRES_BINARY_MISSING, POSTGRES_USER_MISSING, HOME_UNREACHABLE, POSTGRES_START_FAILED, DISK_FULL */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const { home, durable = true, signal } = options;
  const binaries = await postgresBinaries();
  const { data, password, user } = await postgresCluster(home, binaries);
  await clearStalePostmaster(data);
  const port = options.port ?? (await freePort(options.preferredPort));
  const settings = { ...POSTGRES_SETTINGS, ...(durable ? {} : THROWAWAY_SETTINGS) };
  const [command = '', ...args] = [...user.wrapper, binaries.postgres, '-D', data, '-p', String(port), ...settingFlags(settings)];
  const identity = user.wrapper.length > 0 ? {} : { uid: user.uid, gid: user.gid };
  const env = { ...process.env, LC_ALL: 'C', PGDATA: undefined, PGPORT: undefined };
  // SIGINT is Postgres' fast shutdown: it rolls back what is open, writes a checkpoint and ends. SIGTERM would wait for its clients.
  const child = await startChild({
    name: 'postgres',
    home,
    command,
    args,
    cwd: '/',
    env,
    ...identity,
    signal: 'SIGINT',
    grace: 30_000,
  });
  const databaseUrl = `postgresql://${POSTGRES_ROLE}:${password}@127.0.0.1:${port}/${POSTGRES_DATABASE}`;
  try {
    await waitReady(child, () => acceptsQueries(databaseUrl), { signal });
  } catch (error) {
    await child.end();
    throw error;
  }
  return { child, port, databaseUrl };
}
