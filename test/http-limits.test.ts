import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type DevicePool, openDevicePool } from '../engine/compute/device-pool.ts';
import type { WorkOrder } from '../engine/compute/order.ts';
import { mapOrder, putTexts } from '../engine/compute/testing/orders.ts';
import { useDatabase } from '../engine/lineage/fixtures/use-database.ts';
import { openBudget } from '../engine/lineage/index.ts';
import { sha256 } from '../engine/plan/digest.ts';
import type { JsonObject } from '../engine/plan/json.ts';
import { openStore } from '../engine/store/open-store.ts';
import type { Store } from '../engine/store/store.ts';
import { startEmbedded } from '../infra/embedded/start.ts';
import { inside } from '../ml/models/http/fixtures/opened.ts';
import { type StubServer, startStubServer } from '../ml/models/http/fixtures/stub-server.ts';
import { httpPicture } from './http-project/steps.ts';

const database = useDatabase(startEmbedded);
let folder: string;
let store: Store;
let server: StubServer;
/** What two workers have. */
let pools: [DevicePool, DevicePool];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hopline-http-limits-'));
  const storeUrl = pathToFileURL(folder).href;
  store = openStore(storeUrl);
  const workerOf = (name: string): DevicePool =>
    openDevicePool({
      devices: [
        { name: 'cpu:0', threads: 1 },
        { name: 'cpu:1', threads: 1 },
      ],
      storeUrl,
      budget: openBudget(database.db, name),
    });
  pools = [workerOf('worker-1'), workerOf('worker-2')];
  await Promise.all(pools.map((pool) => pool.start()));
});
beforeEach(async () => {
  await server?.close();
  server = await startStubServer();
});
afterAll(async () => {
  await Promise.all(pools?.map((pool) => pool.close()) ?? []);
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The server as a model in the store. */
async function endpoint(more: JsonObject): Promise<WorkOrder['models']> {
  const json = JSON.stringify({ kind: 'images', url: server.url, model: 'm', ...inside, ...more });
  const { digest } = await store.put(Buffer.from(json), 'application/json');
  return { generator: { name: 'stub', digest: sha256(digest), adapter: 'http', files: { 'endpoint.json': digest } } };
}

async function drawing(texts: string[], models: WorkOrder['models']): Promise<WorkOrder> {
  const order = mapOrder(httpPicture, await putTexts(store, texts), {}, { models });
  return { ...order, items: order.items!.map((item) => ({ ...item, seed: item.key })) };
}

const texts = (name: string, count: number): string[] => Array.from({ length: count }, (_, index) => `${name} ${index}`);

test('two workers with two hosts each never have more requests out than the endpoint takes', async () => {
  server.pause = 100;
  const models = await endpoint({ concurrency: 3 });
  const orders = await Promise.all(['a', 'b', 'c', 'd'].map((name) => drawing(texts(name, 8), models)));
  const results = await Promise.all(orders.map((order, index) => pools[index % 2]!.run(order)));
  expect(results.flatMap(({ items }) => items!.map(({ failed }) => failed))).toEqual(Array(32).fill(undefined));
  expect(results[0]!.items![0]!.receipt).toEqual({ requests: 1, inputTokens: 20, outputTokens: 5 });
  expect([server.seen.length, server.mostAtATime]).toEqual([32, 3]);
});

test('nor more a minute, evenly spaced', async () => {
  const models = await endpoint({ concurrency: 8, requestsPerMinute: 300 });
  const orders = await Promise.all(['a', 'b', 'c', 'd'].map((name) => drawing(texts(name, 5), models)));
  await Promise.all(orders.map((order, index) => pools[index % 2]!.run(order)));
  const times = server.seen.map(({ at }) => at).sort((a, b) => a - b);
  // 19 gaps of 200 ms; the first request may have come late, by a second on a machine that is busy otherwise.
  expect(times.at(-1)! - times[0]!).toBeGreaterThan(2_800);
  expect(times).toHaveLength(20);
});

test('when a server asks one worker to wait, both do', async () => {
  const models = await endpoint({ concurrency: 1 });
  const orders = [
    await drawing(['busy [too-many-seconds 1]', 'after it'], models),
    await drawing(texts('of another worker', 2), models),
  ];
  await Promise.all(orders.map((order, index) => pools[index]!.run(order)));
  const refused = server.seen.findIndex(({ body }) => (body as { prompt: string }).prompt.startsWith('busy'));
  expect(server.seen[refused + 1]!.at - server.seen[refused]!.at).toBeGreaterThan(990);
  expect(server.seen).toHaveLength(5);
});

test('what a host held that was killed is given to others at once', async () => {
  const models = await endpoint({ concurrency: 1, timeoutSeconds: 600 });
  const lost = pools[0].run(await drawing(['never answered [slow-headers]'], models));
  lost.catch(() => undefined);
  await expect.poll(() => server.seen.length).toBe(1);
  for (const pid of pools[0].pids()) process.kill(pid, 'SIGKILL');
  await expect(lost).rejects.toMatchObject({ code: 'DEVICE_LOST' });
  const { items } = await pools[1].run(await drawing(['a cat'], models));
  expect(items![0]!.failed).toBeUndefined();
});
