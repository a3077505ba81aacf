import { setTimeout as sleep } from 'node:timers/promises';
import { type Child, startChild } from '../process/child.ts';
import { freePort } from '../process/free-port.ts';
import { leashed } from '../process/leash.ts';
import { waitReady } from '../process/wait-ready.ts';
import { type PostgresBinaries, postgresBinaries } from './postgres-binaries.ts';
import { POSTGRES_ROLE, type PostgresCluster, postgresCluster } from './postgres-cluster.ts';
import { acceptsQueries } from './postgres-ready.ts';
import { POSTGRES_SETTINGS, settingFlags, THROWAWAY_SETTINGS } from './postgres-settings.ts';
import { asUser } from './postgres-user.ts';
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
  /** See `leashed`. Default false. */
  endsWithUs?: boolean;
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
  const binaries = await postgresBinaries();
  const cluster = await postgresCluster(options.home, binaries, options.durable ?? true);
  await clearStalePostmaster(cluster.data);
  for (const deadline = Date.now() + 10_000; ; await sleep(250)) {
    const port = options.port ?? (await freePort(options.preferredPort));
    const child = await launch(options, binaries, cluster, port);
    const databaseUrl = `postgresql://${POSTGRES_ROLE}:${cluster.password}@127.0.0.1:${port}/${POSTGRES_DATABASE}`;
    try {
      await waitReady(child, () => acceptsQueries(databaseUrl), { signal: options.signal });
      return { child, port, databaseUrl };
    } catch (error) {
      await child.end();
      if (!PASSING.test(child.output) || Date.now() > deadline) throw error;
    }
  }
}

/** A killed Postgres' last backends let go of its shared memory a moment later; somebody took the port between our look and its bind. */
const PASSING = /pre-existing shared memory block|could not bind/;

function launch(
  { home, durable = true, endsWithUs }: PostgresOptions,
  binaries: PostgresBinaries,
  { data, user }: PostgresCluster,
  port: number,
): Promise<Child> {
  const settings = { ...POSTGRES_SETTINGS, ...(durable ? {} : THROWAWAY_SETTINGS) };
  const server = { command: binaries.postgres, args: ['-D', data, '-p', String(port), ...settingFlags(settings)] };
  const program = asUser(user, endsWithUs ? leashed(server, 'SIGINT') : server);
  const env = { ...process.env, LC_ALL: 'C', PGDATA: undefined, PGPORT: undefined };
  // SIGINT is Postgres' fast shutdown: it rolls back what is open, writes a checkpoint and ends. SIGTERM would wait for its clients.
  return startChild({ name: 'postgres', home, ...program, cwd: '/', env, signal: 'SIGINT', grace: 30_000 });
}
