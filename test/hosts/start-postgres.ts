import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { postgresBinaries } from '../../infra/embedded/postgres-binaries.ts';
import { POSTGRES_ROLE, postgresCluster } from '../../infra/embedded/postgres-cluster.ts';
import { acceptsQueries } from '../../infra/embedded/postgres-ready.ts';
import { POSTGRES_SETTINGS, settingFlags, THROWAWAY_SETTINGS } from '../../infra/embedded/postgres-settings.ts';
import type { Network } from './network.ts';
import { type HostProcess, startOnHost } from './start-on-host.ts';

export interface PostgresOnHost {
  process: HostProcess;
  password: string;
  /** Of a database of that server, made when it isn't there. */
  url(database: string): string;
}

/** Postgres on host A, reachable from every host. Its data lasts as long as the folder. */
export async function startPostgresOnHost(network: Network, folder: string): Promise<PostgresOnHost> {
  const binaries = await postgresBinaries();
  const { data, password, user } = await postgresCluster(folder, binaries, false);
  // initdb lets only loopback in.
  appendFileSync(join(data, 'pg_hba.conf'), 'host all all 198.18.0.0/15 scram-sha-256\n');
  const address = network.services.postgres;
  const settings = { ...POSTGRES_SETTINGS, ...THROWAWAY_SETTINGS, listen_addresses: address, max_connections: '120' };
  // Postgres refuses to run as root, and only root enters a namespace: the change of user comes after. A changed user clears the
  // kernel's promise to end the program with us, so it is asked again.
  const asUser =
    user.wrapper.length > 0 ? user.wrapper : ['setpriv', `--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups'];
  const url = (database: string): string => `postgresql://${POSTGRES_ROLE}:${password}@${address}:5432/${database}`;
  const process = await startOnHost({
    name: 'postgres',
    prefix: network.on('a'),
    command: [...asUser, 'setpriv', '--pdeathsig', 'INT', binaries.postgres, '-D', data, '-p', '5432', ...settingFlags(settings)],
    env: { ...globalThis.process.env, LC_ALL: 'C', PGDATA: undefined, PGPORT: undefined },
    cwd: '/',
    log: join(folder, 'postgres.log'),
    ready: () => acceptsQueries(url('hopline')),
  });
  return { process, password, url };
}
