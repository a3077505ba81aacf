import { expect, it } from 'vitest';
import { WarmCache } from './warm-cache.ts';

function session(name: string, released: string[]): () => Promise<{ release(): void }> {
  return async () => ({ release: () => released.push(name) });
}

it('disposes of the least recently used, never of one that a running order holds', async () => {
  const cache = new WarmCache({ most: 2 });
  const released: string[] = [];
  const running = cache.lease();
  await running.warm('held', session('held', released));
  for (const name of ['a', 'b', 'c']) {
    const lease = cache.lease();
    await lease.warm(name, session(name, released));
    lease.release();
  }
  await expect.poll(() => released).toEqual(['a', 'b']);
  running.release();
  await cache.dispose();
  expect(released.sort()).toEqual(['a', 'b', 'c', 'held']);
});

it('opens once, and anew after a failure', async () => {
  const cache = new WarmCache();
  const { warm } = cache.lease();
  let opened = 0;
  const open = async () => ++opened;
  expect([await warm('a', open), await warm('a', open)]).toEqual([1, 1]);
  await expect(warm('b', () => Promise.reject(new Error('no weights')))).rejects.toThrow('no weights');
  expect(await warm('b', open)).toBe(2);
});

it('disposes of the least recently used when they take too much memory', async () => {
  let size = 100;
  const cache = new WarmCache({ bytes: 1000, size: () => size });
  const released: string[] = [];
  const model = (name: string, bytes: number) => async () => {
    size += bytes;
    return { release: () => released.push(name) };
  };
  const use = async (name: string, bytes: number): Promise<void> => {
    const lease = cache.lease();
    await lease.warm(name, model(name, bytes));
    lease.release();
  };
  await use('small', 200);
  await use('large', 700);
  expect([cache.bytes, released]).toEqual([900, []]);
  await use('small', 200);
  await use('middle', 300);
  await expect.poll(() => released).toEqual(['large']);
  expect(cache.bytes).toBe(500);
  await use('larger than all', 5000);
  await expect.poll(() => released).toEqual(['large', 'small', 'middle']);
  expect(cache.bytes).toBe(5000);
});
