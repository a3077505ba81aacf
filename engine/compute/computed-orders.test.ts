import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import { ComputedOrders } from './computed-orders.ts';
import type { RowRef, WorkOrder } from './order.ts';
import { OrderRunner } from './order-runner.ts';
import { mapOrder, putTexts } from './testing/orders.ts';
import { echo } from './testing/steps.ts';

let folder: string;
let notes: string;
let store: Store;
let rows: RowRef[];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'computed-orders-'));
  notes = join(folder, 'computed');
  store = openStore(pathToFileURL(folder).href);
  rows = await putTexts(store, ['a red circle', 'a star']);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const host = (computed: ComputedOrders): OrderRunner => {
  const options = { storeUrl: store.url, device: 'cpu:0', threads: 1, cacheBytes: 1 << 20, modelBytes: 1e12, memoryLimit: 1e12 };
  return new OrderRunner(options, store, computed);
};
const run = (runner: OrderRunner, order: WorkOrder) => runner.run(order, new AbortController().signal);

/** Runs an order in a host that is then killed: its file stays, and names a process that is gone. */
async function computedByTheDead(order: WorkOrder) {
  const result = await run(host(new ComputedOrders(notes)), order);
  const [name] = readdirSync(notes);
  const [, ...lines] = readFileSync(join(notes, name!), 'utf8').split('\n');
  writeFileSync(join(notes, 'dead.jsonl'), ['{"pid":1,"startedAt":"another boot"}', ...lines].join('\n'));
  rmSync(join(notes, name!));
  return result;
}

test('what a killed host had computed is not computed again, and is handed back once', async () => {
  const order = mapOrder(echo, rows);
  const { artifact, items, seconds } = await computedByTheDead(order);
  const computed = new ComputedOrders(notes);
  expect(await computed.recall(order, store)).toEqual({ artifact, items, seconds });
  expect(await computed.recall(order, store)).toBeNull();
  const again = await run(host(new ComputedOrders(notes)), { ...order, id: 'another attempt' });
  expect(again).toMatchObject({ id: 'another attempt', artifact, items, seconds });
});

test('an order for other items is computed', async () => {
  await computedByTheDead(mapOrder(echo, rows));
  expect(await new ComputedOrders(notes).recall(mapOrder(echo, rows.slice(1)), store)).toBeNull();
});

test('a result whose shard is gone or has rotted is computed again', async () => {
  const order = mapOrder(echo, rows);
  const { artifact } = await computedByTheDead(order);
  const { digest } = artifact!;
  const path = join(folder, 'objects', digest.slice(0, 2), digest.slice(2));
  const whole = readFileSync(path);
  renameSync(path, `${path}.aside`);
  expect(await new ComputedOrders(notes).recall(order, store)).toBeNull();
  writeFileSync(path, whole.subarray(1));
  expect(await new ComputedOrders(notes).recall(order, store)).toBeNull();
});

test('a living host keeps its notes to itself, and one that ends in peace leaves none', async () => {
  const order = mapOrder(echo, rows);
  const runner = host(new ComputedOrders(notes));
  await run(runner, order);
  expect(await new ComputedOrders(notes).recall(order, store)).toBeNull();
  await runner.dispose();
  expect(readdirSync(notes)).toEqual([]);
});

test('a line that was cut off loses only itself', async () => {
  const order = mapOrder(echo, rows);
  await computedByTheDead(order);
  appendFileSync(join(notes, 'dead.jsonl'), '{"id":"abc","resu');
  mkdirSync(join(notes, 'not-a-file.jsonl'));
  expect(await new ComputedOrders(notes).recall(order, store)).not.toBeNull();
});
