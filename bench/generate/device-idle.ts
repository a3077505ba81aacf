import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openDevicePool } from '../../engine/compute/device-pool.ts';
import type { ModelRef } from '../../engine/compute/order.ts';
import { mapOrder, putTexts } from '../../engine/compute/testing/orders.ts';
import { sha256 } from '../../engine/plan/digest.ts';
import { openStore } from '../../engine/store/open-store.ts';
import type { Store } from '../../engine/store/store.ts';
import { drawWithModel } from '../../pipelines/generators/draw-with-model.ts';

export interface DeviceIdle {
  /** Of the wall time, between the end of an order's step and the beginning of the next one's. */
  idle: number;
  /** Pictures a second. */
  rate: number;
}

const ORDERS = 12;
const PICTURES = 16;

/** How long a device host's device waits between orders of a queue: as the pool works, and with each order alone, when inputs are read and
 *  outputs encoded and stored while nothing computes. In turns; a pair for each round.
 *  @param folder of a Stable Diffusion pipeline */
export async function measureDeviceIdle(
  folder: string,
  threads: number,
  rounds: number,
): Promise<{ pool: DeviceIdle[]; alone: DeviceIdle[] }> {
  const home = mkdtempSync(join(tmpdir(), 'hopline-idle-'));
  const storeUrl = pathToFileURL(home).href;
  const store = openStore(storeUrl);
  const pool = openDevicePool({ devices: [{ name: 'cpu:0', threads }], storeUrl });
  try {
    const generator = await putModel(store, folder);
    let texts = 0;
    const once = async (alone: boolean): Promise<DeviceIdle> => {
      const orders = [];
      for (let order = 0; order < ORDERS; order++) {
        const rows = await putTexts(
          store,
          Array.from({ length: PICTURES }, () => `a red circle above ${texts++} blue squares`),
        );
        const made = mapOrder(drawWithModel, rows, drawWithModel.params.parse({ steps: 2 }), { models: { generator } });
        orders.push({ ...made, items: made.items!.map((item) => ({ ...item, seed: sha256(item.key) })) });
      }
      const began = performance.now();
      const results = await Promise.all(orders.map((order) => pool.run(order, { alone })));
      const wall = (performance.now() - began) / 1000;
      return { idle: 1 - results.reduce((sum, { seconds }) => sum + seconds, 0) / wall, rate: (ORDERS * PICTURES) / wall };
    };
    await once(false);
    const measured: { pool: DeviceIdle[]; alone: DeviceIdle[] } = { pool: [], alone: [] };
    for (let round = 0; round < rounds; round++) {
      measured.alone.push(await once(true));
      measured.pool.push(await once(false));
    }
    return measured;
  } finally {
    await pool.close();
    rmSync(home, { recursive: true, force: true });
  }
}

async function putModel(store: Store, folder: string): Promise<ModelRef> {
  const files: Record<string, string> = {};
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files[relative(folder, path)] = (await store.put(readFileSync(path), 'application/octet-stream')).digest;
  }
  return { name: 'tiny', digest: sha256(JSON.stringify(files)), adapter: 'stable-diffusion', files };
}
