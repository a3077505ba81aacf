import { mkdtempSync, rmSync } from 'node:fs';
import { type S3Server, startS3 } from '../../engine/store/fixtures/start-s3.ts';
import { buildNetwork, type Network } from './network.ts';
import { folderPrefix } from './network-names.ts';
import { type PostgresOnHost, startPostgresOnHost } from './start-postgres.ts';
import { startTemporalCluster, type TemporalCluster } from './start-temporal-cluster.ts';
import type { TemporalPrograms } from './temporal-programs.ts';

/** The hosts, and what runs on host A. */
export interface Site {
  network: Network;
  folder: string;
  postgres: PostgresOnHost;
  temporal: TemporalCluster;
  store: S3Server;
  stop(): Promise<void>;
}

/** Builds the network and starts Postgres, a Temporal server and an S3 server on host A. Nothing is left when it fails, and what a killed
 *  process leaves is removed by the next start. */
export async function startSite(programs: TemporalPrograms): Promise<Site> {
  const network = buildNetwork();
  const folder = mkdtempSync(folderPrefix());
  const ends: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of ends.splice(0).reverse()) await end().catch(() => undefined);
    network.remove();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const storing = startS3({ folder: `${folder}/s3`, host: network.services.store, port: 9000, prefix: network.on('a') });
    const databasing = startPostgresOnHost(network, folder);
    const [store, postgres] = await Promise.all([storing, databasing]).catch(async (error: unknown) => {
      for (const started of await Promise.allSettled([
        storing.then((one) => one.stop()),
        databasing.then((one) => one.process.end()),
      ]))
        void started;
      throw error;
    });
    ends.push(
      () => store.stop(),
      () => postgres.process.end('SIGINT'),
    );
    const temporal = await startTemporalCluster(network, folder, postgres, programs);
    ends.push(() => temporal.end());
    return { network, folder, postgres, temporal, store, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
