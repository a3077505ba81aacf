import { describe, expect, test } from 'vitest';
import type { OrderItem, WorkOrder, WorkResult } from '../engine/compute/order.ts';
import { sha256 } from '../engine/plan/digest.ts';
import { HoplineError } from '../engine/plan/errors.ts';
import { BatchLimits } from './batch-limits.ts';
import { computeInParts } from './compute-in-parts.ts';

const key = (index: number): string => sha256(`item ${index}`);
const orderOf = (count: number): WorkOrder => ({
  id: 'order',
  kind: 'map',
  step: { module: 'file:///s.ts', name: 's', version: '1' },
  params: {},
  seed: null,
  models: {},
  nodes: {},
  items: Array.from({ length: count }, (_, index): OrderItem => {
    const place = { rootKey: key(index), chain: 0, depth: 1, hop: 1 };
    return { key: key(index), seed: null, inputs: {}, ...place };
  }),
});

/** A host whose fate depends on what it is given. `fate` returns an error, or nothing. */
function hostOf(fate: (keys: string[]) => HoplineError | undefined) {
  const sizes: number[] = [];
  const compute = async (order: WorkOrder): Promise<WorkResult> => {
    const items = order.items!;
    sizes.push(items.length);
    const error = fate(items.map((item) => item.key));
    if (error) throw error;
    const artifact = { digest: sha256(order.id), size: 1, mediaType: 'x' };
    return {
      id: order.id,
      artifact,
      items: items.map((item, row) => ({ key: item.key, row, contentDigest: item.key, bytes: 1 })),
      seconds: 1,
      rss: 1,
    };
  };
  return { sizes, compute };
}

const outOfMemory = (): HoplineError => new HoplineError('DEVICE_OUT_OF_MEMORY', 'device cpu:0 ran out', { permanent: false });
const lost = (signal = 'SIGSEGV'): HoplineError =>
  new HoplineError('DEVICE_LOST', `device cpu:0 must stay alive, got signal ${signal}`, {
    permanent: false,
    details: { signal },
  });
const run = (count: number, host: ReturnType<typeof hostOf>, limits = new BatchLimits()) =>
  computeInParts(orderOf(count), { node: 'n', limits, compute: host.compute, log: () => undefined });

describe('a batch that does not fit into memory', () => {
  const host = () => hostOf((keys) => (keys.length > 4 ? outOfMemory() : undefined));

  test('is halved until it fits, and every item has its shard and row', async () => {
    const { compute, sizes } = host();
    const result = await run(16, { compute, sizes });
    expect(sizes).toEqual([16, 8, 4, 4, 4, 4]);
    expect(result.items!.map((item) => item.key)).toEqual(orderOf(16).items!.map((item) => item.key));
    expect(result.items!.map((item) => item.row)).toEqual([0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3]);
    expect(new Set(result.items!.map((item) => item.artifact!.digest)).size).toBe(4);
    expect(result.seconds).toBe(4);
  });

  test('is not tried whole again for the next task of its node, but for those of another', async () => {
    const { compute, sizes } = host();
    const limits = new BatchLimits();
    await run(16, { compute, sizes }, limits);
    sizes.length = 0;
    await run(16, { compute, sizes }, limits);
    expect(sizes).toEqual([4, 4, 4, 4]);
    expect(limits.fits('other', 16)).toBe(true);
  });

  test('because of one item fails that item only, and later batches are whole', async () => {
    const poison = key(5);
    const { compute, sizes } = hostOf((keys) => (keys.includes(poison) ? outOfMemory() : undefined));
    const limits = new BatchLimits();
    const { items } = await run(16, { compute, sizes }, limits);
    expect(items!.filter((item) => item.failed)).toEqual([
      { key: poison, row: -1, contentDigest: null, bytes: 0, failed: 'DEVICE_OUT_OF_MEMORY device cpu:0 ran out' },
    ]);
    expect(limits.fits('n', 16)).toBe(true);
  });
});

describe('a batch that takes its host with it', () => {
  test('once is tried again whole', async () => {
    let times = 0;
    const { compute, sizes } = hostOf(() => (times++ === 0 ? lost() : undefined));
    const result = await run(16, { compute, sizes });
    expect(sizes).toEqual([16, 16]);
    expect(result.artifact).not.toBeNull();
  });

  test('twice is bisected until the item stands alone, and the rest is made', async () => {
    const poison = key(11);
    const { compute, sizes } = hostOf((keys) => (keys.includes(poison) ? lost() : undefined));
    const { items } = await run(16, { compute, sizes });
    expect(items!.filter((item) => item.failed).map((item) => [item.key, item.failed])).toEqual([
      [poison, 'DEVICE_LOST device cpu:0 must stay alive, got signal SIGSEGV'],
    ]);
    expect(items!.filter((item) => item.row >= 0)).toHaveLength(15);
    expect(sizes).toEqual([16, 16, 8, 8, 4, 2, 2, 1, 1, 1, 4]);
  });

  test('every item of a batch can be poison', async () => {
    const { items } = await run(
      3,
      hostOf(() => lost('SIGABRT')),
    );
    expect(items!.map((item) => item.row)).toEqual([-1, -1, -1]);
  });

  test('is believed to be innocent for longer when the host was killed from outside', async () => {
    let kills = 0;
    const { compute, sizes } = hostOf(() => (kills++ < 6 ? lost('SIGKILL') : undefined));
    const { items } = await run(2, { compute, sizes });
    expect(items!.every((item) => item.failed === undefined)).toBe(true);
  });
});

test('an error of the step is not a reason to split', async () => {
  const { compute, sizes } = hostOf(() => new HoplineError('STEP_FAILED', 'threw'));
  await expect(run(4, { compute, sizes })).rejects.toMatchObject({ code: 'STEP_FAILED' });
  expect(sizes).toEqual([4]);
});
