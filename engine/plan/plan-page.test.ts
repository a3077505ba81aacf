import { expect, test } from 'vitest';
import { canonicalJson } from './digest.ts';
import type { Json } from './json.ts';
import { openPlanPage, type PlanPage } from './plan-page.ts';
import { RETELLING_PARAMS, retelling, worldOf } from './retelling.fixture.ts';
import { everyItem, makePlan } from './whole-plan.fixture.ts';

async function pagesOf(texts: number, chains = 2): Promise<PlanPage[]> {
  const stories = Array.from({ length: texts }, (_, index) => `story ${index}`);
  return (await makePlan(retelling, { ...RETELLING_PARAMS, chains }, 5, worldOf(stories))).pages.flat();
}

test('a page read back is the page that was written', async () => {
  for (const page of await pagesOf(30)) {
    const read = openPlanPage(Uint8Array.from(page.buffer));
    expect(read.header).toEqual(page.header);
    for (const node of page.nodes) expect(everyItem(read, node)).toEqual(everyItem(page, node));
  }
});

test('any range of items is read alone, and beyond the end there is none', async () => {
  const [page] = (await pagesOf(9)) as [PlanPage];
  for (const node of page.nodes) {
    const all = everyItem(page, node);
    for (const [first, count] of [
      [0, 1],
      [3, 5],
      [all.length - 1, 1],
      [all.length - 2, 100],
      [all.length, 4],
    ] as const)
      expect(page.items(node, first, count)).toEqual(all.slice(first, first + count));
    expect(page.keys(node, 1, 3).toString('hex')).toBe(
      all
        .slice(1, 4)
        .map((item) => item.key)
        .join(''),
    );
    expect(page.rootKeys(node, 1, 3).toString('hex')).toBe(
      all
        .slice(1, 4)
        .map((item) => item.rootKey)
        .join(''),
    );
  }
});

test('an item costs 32 bytes and its share of what it hangs on', async () => {
  const [page] = (await pagesOf(40, 4)) as [PlanPage];
  const items = page.nodes.reduce((sum, node) => sum + page.count(node), 0);
  const header = Buffer.byteLength(canonicalJson(page.header as unknown as Json));
  expect((page.bytes - header) / items).toBeLessThan(40);
});

test.each<[string, (bytes: Buffer) => Buffer]>([
  ['of another format', (bytes) => Buffer.concat([Buffer.from('HOPPLAN\u0002'), bytes.subarray(8)])],
  ['that is cut off', (bytes) => bytes.subarray(0, bytes.length - 1)],
  ['with bytes too many', (bytes) => Buffer.concat([bytes, Buffer.from([0])])],
])('a page %s is refused', async (_, change) => {
  const [page] = (await pagesOf(3)) as [PlanPage];
  expect(() => openPlanPage(change(Buffer.from(page.buffer)))).toThrow(expect.objectContaining({ code: 'PLAN_PAGE_INVALID' }));
});
