import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { migrate } from '../engine/lineage/index.ts';
import type { Reader, ReaderRow } from '../engine/plan/project.ts';
import { closeServices, openServices, type RunServices } from '../engine/runs/index.ts';
import { startEmbedded } from '../infra/embedded/start.ts';

/** Real Postgres and Temporal for tests of the API: everything but a worker. */
export interface ApiHouse {
  services: RunServices;
  env: NodeJS.ProcessEnv;
  stop(): Promise<void>;
}

export async function startApiHouse(): Promise<ApiHouse> {
  const home = mkdtempSync(join(tmpdir(), 'hopline-api-'));
  const embedded = await startEmbedded({ home, durable: false });
  const env = {
    DATABASE_URL: embedded.databaseUrl!,
    TEMPORAL_ADDRESS: embedded.temporalAddress!,
    STORE_URL: `file://${join(home, 'store')}`,
    HOPLINE_PROJECT: new URL('../test/toy-project', import.meta.url).pathname,
  };
  await migrate(env.DATABASE_URL);
  const services = await openServices(env);
  return {
    services,
    env,
    async stop() {
      await closeServices(services);
      await embedded.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** A reader of rows that a test makes. */
export const rowsReader = (rows: readonly ReaderRow[]): Reader => ({
  name: 'rows',
  description: 'Rows that a test makes',
  async *read() {
    yield* rows;
  },
});

/** Texts about one-coloured pictures. */
export async function colourRows(count: number): Promise<ReaderRow[]> {
  return Promise.all(
    [...Array(count).keys()].map(async (index) => ({
      id: `row-${index}`,
      part: index % 2 ? 'test' : 'train',
      group: `g${index}`,
      text: `colour number ${index}`,
      image: new Uint8Array(
        await sharp({ create: { width: 4, height: 4, channels: 3, background: { r: index % 256, g: 0, b: 0 } } })
          .png()
          .toBuffer(),
      ),
      meta: { label: index },
    })),
  );
}
