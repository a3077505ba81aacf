import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../plan/digest.ts';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import { type DevicePool, type DevicePoolOptions, openDevicePool } from './device-pool.ts';
import type { RowRef, WorkResult } from './order.ts';
import { mapOrder, orderOf, putTexts } from './testing/orders.ts';
import { block, echo, hold, leak, misbehave, wait, warmth } from './testing/steps.ts';

/** Longer than a host needs to read a small shard that it was told of, however busy the machine is: nobody outside sees it read. Milliseconds. */
const READ_AHEAD = 2_000;

let folder: string;
let storeUrl: string;
let store: Store;
let rows: RowRef[];
let pool: DevicePool;
const lines: string[] = [];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hopline-pool-'));
  storeUrl = pathToFileURL(join(folder, 'store')).href;
  store = openStore(storeUrl);
  rows = await putTexts(store, ['a red circle', 'a blue square', 'a green star']);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => pool.close());

/** A folder of an order's own, in which it says that it has begun and is told to end. */
function ownFolder(): string {
  return mkdtempSync(join(folder, 'order-'));
}

async function untilThere(path: string): Promise<void> {
  await expect.poll(() => existsSync(path)).toBe(true);
}

function open(hosts: number, options: Partial<DevicePoolOptions> = {}): DevicePool {
  const devices = Array.from({ length: hosts }, (_, index) => ({ name: `cpu:${index}`, threads: 1 }));
  pool = openDevicePool({ devices, storeUrl, log: (line) => lines.push(line), ...options });
  return pool;
}

describe('device pool', () => {
  it('runs an order in another process and hands back digests', async () => {
    const result = await open(1).run(mapOrder(echo, rows));
    expect(result.items?.map(({ text }) => text)).toEqual(['a red circle!', 'a blue square!', 'a green star!']);
    expect(await store.has(result.artifact!.digest)).toBe(true);
    expect(pool.pids()).toHaveLength(1);
    expect(pool.pids()).not.toContain(process.pid);
    expect(result.rss).toBeGreaterThan(20 * 1024 ** 2);
  });

  it('two hosts work at the same time', async () => {
    await open(2).start();
    const order = () => mapOrder(block, rows, { milliseconds: 3000 });
    expect(overlap(await Promise.all([pool.run(order()), pool.run(order())]))).toBe(true);
  });

  it('one host works on one order at a time, unless slots allow more', async () => {
    await open(1).start();
    const order = (milliseconds: number) => mapOrder(wait, rows, { milliseconds });
    expect(overlap(await Promise.all([pool.run(order(200)), pool.run(order(200))]))).toBe(false);
    await pool.close();
    await open(1, { slots: 4 }).start();
    expect(overlap(await Promise.all(Array.from({ length: 4 }, () => pool.run(order(4000)))))).toBe(true);
  });

  it('keeps sessions warm and prefers the device that has them', async () => {
    const files = { 'weights.bin': (await store.put(Buffer.from('w8s'), 'application/octet-stream')).digest };
    const models = { generator: { name: 'tiny', digest: sha256('tiny'), adapter: 'test', files } };
    await open(2).start();
    const texts: (string | undefined)[] = [];
    for (let index = 0; index < 4; index++) {
      texts.push((await pool.run(mapOrder(warmth, rows, {}, { models }))).items?.[0]?.text);
      await pool.run(mapOrder(echo, rows));
    }
    expect(new Set(texts)).toEqual(new Set(['tiny w8s 1 cpu:0 1']));
  });

  it('a step that throws is an error of its order, and the host lives on', async () => {
    open(1);
    await expect(pool.run(mapOrder(misbehave, rows, { how: 'throw' }))).rejects.toMatchObject({
      code: 'STEP_FAILED',
      message: 'step "misbehave" threw: the weights are odd',
      permanent: false,
    });
    const [pid] = pool.pids();
    await expect(pool.run(mapOrder(misbehave, rows, { how: 'throw named' }))).rejects.toMatchObject({
      code: 'PROMPT_TOO_LONG',
      hint: 'cut it',
      permanent: true,
    });
    await pool.run(mapOrder(echo, rows));
    expect(pool.pids()).toEqual([pid]);
    expect(lines.some((line) => line.includes('the weights are odd') && line.includes('steps.ts'))).toBe(true);
  });

  it('a host that is killed in the middle of an order is DEVICE_LOST, and the next order has a new one', async () => {
    await open(1).start();
    const [pid] = pool.pids();
    const begun = join(ownFolder(), 'begun');
    const lost = pool.run(mapOrder(block, rows, { milliseconds: 60_000, begun }));
    await Promise.race([untilThere(begun), lost]);
    process.kill(pid!, 'SIGKILL');
    await expect(lost).rejects.toMatchObject({
      code: 'DEVICE_LOST',
      permanent: false,
      message: expect.stringContaining('SIGKILL'),
    });
    await pool.run(mapOrder(echo, rows));
    expect(pool.pids()).not.toEqual([pid]);
  });

  it('a host that exits is DEVICE_LOST with its exit code', async () => {
    await expect(open(1).run(mapOrder(misbehave, rows, { how: 'exit' }))).rejects.toMatchObject({
      code: 'DEVICE_LOST',
      message: expect.stringContaining('exit code 7'),
    });
  });

  it('a host that runs out of heap is DEVICE_OUT_OF_MEMORY', async () => {
    open(1, { memoryLimit: 100 * 1024 ** 2 });
    await expect(pool.run(mapOrder(misbehave, rows, { how: 'out of heap' }))).rejects.toMatchObject({
      code: 'DEVICE_OUT_OF_MEMORY',
      permanent: false,
    });
  });

  it('a host that grows above its limit is DEVICE_OUT_OF_MEMORY before the machine is out of memory', async () => {
    await open(1, { memoryLimit: 150 * 1024 ** 2, hardMemoryLimit: 500 * 1024 ** 2 }).start();
    await expect(pool.run(mapOrder(misbehave, rows, { how: 'out of limit' }))).rejects.toMatchObject({
      code: 'DEVICE_OUT_OF_MEMORY',
      message: expect.stringMatching(/out of memory: \d+ MiB of at most 500 MiB/),
      details: { signal: 'SIGKILL' },
    });
    await pool.run(mapOrder(echo, rows));
  });

  it.runIf(process.platform === 'linux')('a host is killed by the kernel before its worker', async () => {
    await open(1).start();
    const adjustment = (pid: number | string): number => Number(readFileSync(`/proc/${pid}/oom_score_adj`, 'utf8'));
    expect(adjustment(pool.pids()[0]!)).toBeGreaterThan(adjustment('self'));
  });

  it('cancelling a step that listens leaves its host alive', async () => {
    await open(1).start();
    const pids = pool.pids();
    const [own, cancel] = [ownFolder(), new AbortController()];
    const cancelled = pool.run(mapOrder(hold, rows, { folder: own }), { signal: cancel.signal });
    await Promise.race([untilThere(join(own, 'begun')), cancelled]);
    cancel.abort();
    // Nobody tells it to end.
    await expect(cancelled).rejects.toMatchObject({ code: 'TASK_CANCELLED', permanent: false });
    expect(pool.pids()).toEqual(pids);
  });

  it('cancelling a step that does not listen kills its host after the grace, and neighbours run again', async () => {
    await open(1, { grace: 500, slots: 2 }).start();
    const [pid] = pool.pids();
    const [begun, cancel] = [join(ownFolder(), 'begun'), new AbortController()];
    const neighbour = pool.run(mapOrder(wait, rows, { milliseconds: 700 }));
    const cancelled = pool.run(mapOrder(block, rows, { milliseconds: 600_000, begun }), { signal: cancel.signal });
    await Promise.race([untilThere(begun), cancelled]);
    cancel.abort();
    await expect(cancelled).rejects.toMatchObject({ code: 'TASK_CANCELLED' });
    await expect(neighbour).resolves.toMatchObject({ artifact: { mediaType: 'application/vnd.apache.parquet' } });
    expect(pool.pids()).not.toEqual([pid]);
  });

  it('an order that is cancelled in the queue never reaches a device', async () => {
    open(1);
    const first = pool.run(mapOrder(wait, rows, { milliseconds: 400 }));
    await expect(pool.run(mapOrder(echo, rows), { signal: AbortSignal.timeout(50) })).rejects.toMatchObject({
      code: 'TASK_CANCELLED',
    });
    await first;
    await expect(pool.run(mapOrder(echo, rows), { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'TASK_CANCELLED',
    });
  });

  it('replaces a host that has grown over its limit, between orders', async () => {
    open(1, { memoryLimit: 300 * 1024 ** 2 });
    const pids: string[] = [];
    for (let index = 0; index < 6; index++) pids.push((await pool.run(mapOrder(leak, rows))).items![0]!.text!);
    expect(new Set(pids).size).toBeGreaterThan(1);
    expect(new Set(pids).size).toBeLessThan(6);
    expect(lines.some((line) => line.includes('is replaced after'))).toBe(true);
  });

  it('a store object that rotted is OBJECT_CORRUPT, one that is gone OBJECT_MISSING', async () => {
    open(1);
    const [rotten] = await putTexts(store, ['rotten']);
    const path = join(folder, 'store/objects', rotten!.artifact.slice(0, 2), rotten!.artifact.slice(2));
    rmSync(path);
    await expect(pool.run(mapOrder(echo, [rotten!]))).rejects.toMatchObject({ code: 'OBJECT_MISSING', permanent: true });
    writeFileSync(path, 'rotten bytes');
    await expect(pool.run(mapOrder(echo, [rotten!]))).rejects.toMatchObject({ code: 'OBJECT_CORRUPT', permanent: true });
  });

  it('reads the inputs of the next order while a step waits', async () => {
    await open(1).start();
    const [next] = await putTexts(store, ['read ahead']);
    const own = ownFolder();
    const first = pool.run(mapOrder(wait, rows, { milliseconds: 50 }));
    const second = pool.run(mapOrder(hold, rows, { folder: own }));
    const third = pool.run(mapOrder(echo, [next!]));
    await Promise.all([first, untilThere(join(own, 'begun'))]);
    await sleep(READ_AHEAD);
    await store.delete(next!.artifact);
    writeFileSync(join(own, 'end'), '');
    await second;
    expect((await third).items![0]!.text).toBe('read ahead!');
  });

  it('reads the inputs of an order that comes while the device is busy', async () => {
    await open(1).start();
    const [next] = await putTexts(store, ['came later']);
    const own = ownFolder();
    const first = pool.run(mapOrder(hold, rows, { folder: own }));
    await untilThere(join(own, 'begun'));
    const second = pool.run(mapOrder(echo, [next!]));
    await sleep(READ_AHEAD);
    await store.delete(next!.artifact);
    writeFileSync(join(own, 'end'), '');
    await first;
    expect((await second).items![0]!.text).toBe('came later!');
  });

  it('names a step that is not there, and one of another version', async () => {
    open(1);
    const order = mapOrder(echo, rows);
    await expect(pool.run({ ...order, step: { ...order.step, name: 'nothing' } })).rejects.toMatchObject({
      code: 'STEP_MISSING',
    });
    await expect(pool.run({ ...order, step: { ...order.step, version: '2' } })).rejects.toMatchObject({
      code: 'STEP_VERSION_MISMATCH',
    });
    const nowhere = orderOf({ ...echo, module: 'file:///nowhere/step.ts' });
    await expect(pool.run(nowhere)).rejects.toMatchObject({ code: 'STEP_IMPORT_FAILED' });
  });

  it('closing rejects what is queued and ends every host', async () => {
    await open(2).start();
    const pids = pool.pids();
    const outcomes = Promise.allSettled(
      Array.from({ length: 4 }, () => pool.run(mapOrder(wait, rows, { milliseconds: 30_000 }))),
    );
    await pool.close();
    expect((await outcomes).map(({ status }) => status)).toEqual(Array(4).fill('rejected'));
    expect(pids.filter(isAlive)).toEqual([]);
    await expect(pool.run(mapOrder(echo, rows))).rejects.toMatchObject({ code: 'POOL_CLOSED' });
  });

  it('a host ends when its parent is killed, even while a step blocks it', async () => {
    open(0);
    const script = join(folder, 'parent.ts');
    const said = join(folder, 'pids.json');
    const begun = join(ownFolder(), 'begun');
    writeFileSync(
      script,
      `import { openDevicePool } from ${JSON.stringify(new URL('./device-pool.ts', import.meta.url).href)};
       import { writeFileSync } from 'node:fs';
       const pool = openDevicePool({ devices: [{ name: 'cpu:0', threads: 1 }, { name: 'cpu:1', threads: 1 }], storeUrl: ${JSON.stringify(storeUrl)} });
       pool.start().then(() => {
         writeFileSync(${JSON.stringify(said)}, JSON.stringify(pool.pids()));
         pool.run(${JSON.stringify(mapOrder(block, rows, { milliseconds: 600_000, begun }))});
       });`,
    );
    const parent = spawn(process.execPath, ['--import', 'tsx', script], { stdio: 'ignore' });
    await untilThere(begun);
    const pids = JSON.parse(readFileSync(said, 'utf8')) as number[];
    expect(pids.filter(isAlive)).toHaveLength(2);
    parent.kill('SIGKILL');
    await expect.poll(() => pids.filter(isAlive)).toEqual([]);
  });
});

/** Whether there was a moment at which all of them ran. */
function overlap(results: WorkResult[]): boolean {
  const spans = results.map((result) => result.items![0]!.meta as { started: number; ended: number });
  return Math.max(...spans.map(({ started }) => started)) < Math.min(...spans.map(({ ended }) => ended));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}
