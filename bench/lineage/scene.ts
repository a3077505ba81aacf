import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '../../engine/lineage/index.ts';
import { closeServices, openServices, type RunServices } from '../../engine/runs/index.ts';
import { startHouse } from '../../test/start-house.ts';

export interface Scene {
  services: RunServices;
  close(): Promise<void>;
}

/** A durable house of its own, or somebody's database. */
export async function openScene(project: string, databaseUrl: string | undefined): Promise<Scene> {
  if (!databaseUrl) {
    const house = await startHouse({ project, durable: true, env: () => ({ HOPLINE_DEVICES: 'cpu:0' }) });
    return { services: house.services, close: () => house.stop() };
  }
  await migrate(databaseUrl);
  const store = mkdtempSync(join(tmpdir(), 'hopline-lineage-store-'));
  const services = await openServices({
    ...process.env,
    DATABASE_URL: databaseUrl,
    TEMPORAL_ADDRESS: '127.0.0.1:1',
    STORE_URL: `file://${store}`,
    HOPLINE_PROJECT: project,
  });
  return {
    services,
    async close() {
      await closeServices(services);
      rmSync(store, { recursive: true, force: true });
    },
  };
}
