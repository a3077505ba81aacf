import { expect, test } from 'vitest';
import { briefMemory } from './brief-memory.ts';

function counted() {
  const asked: string[] = [];
  const time = { now: 0 };
  const remember = briefMemory<string>({ forMs: 5, most: 2, now: () => time.now });
  const ask = (key: string, found: string | null = key) =>
    remember(key, async () => {
      asked.push(key);
      return found;
    });
  return { asked, time, ask, remember };
}

test('what was found is kept for its time and then looked at again', async () => {
  const { asked, time, ask } = counted();
  await ask('a');
  time.now = 4;
  await ask('a');
  expect(asked).toEqual(['a']);
  time.now = 5;
  await ask('a');
  expect(asked).toEqual(['a', 'a']);
});

test('those who ask at the same time ask once', async () => {
  const { asked, ask } = counted();
  expect(await Promise.all([ask('a'), ask('a'), ask('a')])).toEqual(['a', 'a', 'a']);
  expect(asked).toEqual(['a']);
});

test('what was not found or not read is not kept, and drives nothing out', async () => {
  const { asked, ask, remember } = counted();
  await ask('known');
  for (const guess of ['x', 'y', 'z']) expect(await ask(guess, null)).toBeNull();
  await expect(remember('broken', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
  expect(await ask('broken')).toBe('broken');
  await ask('known');
  expect(asked.filter((key) => key === 'known')).toHaveLength(1);
});

test('the oldest goes when there are too many', async () => {
  const { asked, ask } = counted();
  for (const key of ['a', 'b', 'c', 'a']) await ask(key);
  expect(asked).toEqual(['a', 'b', 'c', 'a']);
});
