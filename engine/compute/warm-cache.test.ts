import { expect, it } from 'vitest';
import { WarmCache } from './warm-cache.ts';

function session(name: string, released: string[]): () => Promise<{ release(): void }> {
  return async () => ({ release: () => released.push(name) });
}

it('disposes of the least recently used, never of one that a running order holds', async () => {
  const cache = new WarmCache(2);
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
