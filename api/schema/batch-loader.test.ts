import { expect, test } from 'vitest';
import { batchLoader } from './batch-loader.ts';

test('keys asked for in one turn are loaded once, together, and each gets its own answer', async () => {
  const calls: string[][] = [];
  const load = batchLoader<string, string>(async (keys) => {
    calls.push(keys);
    return keys.map((key) => key.toUpperCase());
  });
  expect(await Promise.all([load('a'), load('b'), load('a')])).toEqual(['A', 'B', 'A']);
  expect(await load('b')).toBe('B');
  expect(calls).toEqual([['a', 'b']]);
});

test('a failed load reaches everyone who asked', async () => {
  const load = batchLoader<string, string>(async () => {
    throw new Error('gone');
  });
  await expect(load('a')).rejects.toThrow('gone');
});

test('an error among the answers reaches only those who asked for its key', async () => {
  const load = batchLoader<string, string>(async (keys) => keys.map((key) => (key === 'b' ? new Error('no b') : key)));
  const [a, b] = await Promise.allSettled([load('a'), load('b')]);
  expect(a).toEqual({ status: 'fulfilled', value: 'a' });
  expect(b.status).toBe('rejected');
});
