import { expect, test } from 'vitest';
import { DatasetSpool } from './dataset-spool.ts';

test('gives rows back in their order, page by page, as often as it is asked, whatever is in their texts', () => {
  const spool = new DatasetSpool<{ text: string }>();
  const rows = Array.from({ length: 2_345 }, (_, index) => ({ text: `${index}\nä\u{1F600}\uD800"\\${'x'.repeat(index)}` }));
  for (const row of rows) spool.add(row);
  const pages = [...spool.pages(500)];
  expect(pages.map((page) => page.length)).toEqual([500, 500, 500, 500, 345]);
  expect(pages.flat()).toEqual(rows);
  spool.add({ text: 'one more' });
  expect([...spool.pages(10_000)][0]).toHaveLength(2_346);
  spool.close();
});

test('an empty one has no pages', () => {
  const spool = new DatasetSpool<number>();
  expect([...spool.pages(5)]).toEqual([]);
  spool.close();
});
