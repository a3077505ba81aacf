import { expect, test } from 'vitest';
import type { PlanPage } from '../engine/plan/plan-page.ts';
import { keepPages } from './keep-pages.ts';

const reader = (bytes: number) => {
  const read: string[] = [];
  const page = keepPages(async (digest) => {
    read.push(digest);
    if (digest === 'gone') throw new Error('OBJECT_MISSING');
    return { bytes } as PlanPage;
  }, 100);
  return { read, page };
};

test('a page is read once while it is used', async () => {
  const { read, page } = reader(40);
  await Promise.all([page('a'), page('a')]);
  await page('b');
  await page('a');
  expect(read).toEqual(['a', 'b']);
});

test('pages that were used longest ago give way to others', async () => {
  const { read, page } = reader(40);
  for (const digest of ['a', 'b', 'a', 'c', 'a', 'b']) await page(digest);
  expect(read).toEqual(['a', 'b', 'c', 'b']);
});

test('one that is larger than all that may be kept is still read once for what follows', async () => {
  const { read, page } = reader(400);
  await page('a');
  await page('a');
  expect(read).toEqual(['a']);
});

test('one that can’t be read is asked for again', async () => {
  const { read, page } = reader(1);
  await expect(page('gone')).rejects.toThrow();
  await expect(page('gone')).rejects.toThrow();
  expect(read).toEqual(['gone', 'gone']);
});
