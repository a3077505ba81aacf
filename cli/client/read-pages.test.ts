import { expect, test } from 'vitest';
import { readPages } from './read-pages.ts';

/** 0, 1, 2 ... of which a page has those that are asked for, or fewer. */
const counting = (total: number, most = 100) => {
  const asked: number[] = [];
  const page = async ({ first, after }: { first: number; after: string | null }) => {
    asked.push(first);
    const start = after === null ? 0 : Number(after);
    const end = Math.min(total, start + Math.min(first, most));
    const edges = Array.from({ length: end - start }, (_, at) => ({ node: start + at }));
    return { edges, pageInfo: { hasNextPage: end < total, endCursor: String(end) } };
  };
  return { page, asked };
};

test('a limit is met over pages of at most a hundred', async () => {
  const { page, asked } = counting(1_000);
  const { nodes, more } = await readPages(250, page);
  expect([nodes.length, nodes.at(-1), more]).toEqual([250, 249, true]);
  expect(asked).toEqual([100, 100, 50]);
});

test('without a limit everything is read, short pages and empty ones included', async () => {
  const { page } = counting(30, 7);
  expect(await readPages(Number.POSITIVE_INFINITY, page)).toMatchObject({ nodes: { length: 30 }, more: false });
  let turn = 0;
  const sparse = async () => {
    turn += 1;
    return { edges: turn === 3 ? [{ node: 'x' }] : [], pageInfo: { hasNextPage: turn < 4, endCursor: String(turn) } };
  };
  expect(await readPages(20, sparse)).toEqual({ nodes: ['x'], more: false });
});
