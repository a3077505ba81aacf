import type { HoplineConfig } from '../config.ts';
import { startPostgres } from '../embedded/postgres-server.ts';
import { startTemporal } from '../embedded/temporal-server.ts';
import { checkDatabase } from './check-database.ts';
import type { Launch } from './supervised.ts';

/** The ports of the last life go in; those of this one come out. */
interface Ports {
  postgres?: number;
  temporal?: number;
}

type Start = (name: string, launch: Launch) => Promise<void>;

/** The database's URL: the user's, checked, or that of the embedded Postgres, started. */
export async function databaseOf(config: HoplineConfig, ports: Ports, start: Start): Promise<string> {
  if (config.databaseUrl !== undefined) {
    await checkDatabase(config.databaseUrl);
    return config.databaseUrl;
  }
  let databaseUrl = '';
  await start('postgres', async (signal, restart) => {
    const server = await startPostgres({
      home: config.home,
      preferredPort: ports.postgres,
      port: restart ? ports.postgres : undefined,
      signal,
    });
    ports.postgres = server.port;
    databaseUrl = server.databaseUrl;
    return server.child;
  });
  return databaseUrl;
}

/** Temporal's address: the user's, checked, or that of the embedded server, started. */
export async function temporalOf(
  config: HoplineConfig,
  ports: Ports,
  start: Start,
  onLine: (line: string) => void,
): Promise<string> {
  if (config.temporalAddress !== undefined) {
    const { checkTemporal } = await import('./check-temporal.ts');
    await checkTemporal(config.temporalAddress, config.temporalNamespace);
    return config.temporalAddress;
  }
  let temporalAddress = '';
  await start('temporal', async (signal, restart) => {
    const server = await startTemporal({
      home: config.home,
      namespace: config.temporalNamespace,
      preferredPort: ports.temporal,
      port: restart ? ports.temporal : undefined,
      onLine,
      signal,
    });
    ports.temporal = server.port;
    temporalAddress = server.temporalAddress;
    return server.child;
  });
  return temporalAddress;
}
