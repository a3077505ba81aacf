import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Digest } from './digest.ts';
import { NO_KEY } from './plan-page.ts';
import type { PlanItem } from './plan-types.ts';
import { RETELLING_PARAMS, retelling, storiesOf, worldOf } from './retelling.fixture.ts';
import { everyItem, makePlan, type WholePlan } from './whole-plan.fixture.ts';

const texts = ['a hen', 'two cats', 'three dogs', 'four owls', 'five bees'];
const planWithout = (...retracted: Digest[]): Promise<WholePlan> =>
  makePlan(retelling, RETELLING_PARAMS, 0, { ...worldOf(texts), retracted: async () => new Set(retracted) });

const itemsOf = ({ pages }: WholePlan, node: string): PlanItem[] =>
  pages.flat().flatMap((page) => (page.nodes.includes(node) ? everyItem(page, node) : []));
const keysOf = (made: WholePlan, node: string): Digest[] =>
  itemsOf(made, node)
    .map(({ key }) => key)
    .filter((key) => key !== NO_KEY);
const expectedOf = ({ plan }: WholePlan): Record<string, number> =>
  Object.fromEntries(plan.nodes.map((node) => [node.name, node.expected]));
const keyOf = ({ plan }: WholePlan, name: string): Digest => plan.nodes.find((node) => node.name === name)!.key;

describe('a plan without what is retracted', () => {
  test('is the very same where nothing is', async () => {
    const [whole, none] = [await makePlan(retelling, RETELLING_PARAMS, 0, worldOf(texts)), await planWithout()];
    expect(none.plan).toEqual(whole.plan);
    expect(none.pages.flat().map((page) => page.buffer)).toEqual(whole.pages.flat().map((page) => page.buffer));
  });

  test('lacks the row of a real sample, and keeps every other key', async () => {
    const whole = await planWithout();
    const [row] = await storiesOf(texts).rows();
    const left = await planWithout(row!.textKey!);
    expect(expectedOf(left)).toMatchObject({ texts: 4, imagine: 8, caption: 8, 'imagine-again': 8, 'teacher-loss': 16 });
    for (const node of ['imagine', 'caption', 'imagine-again'])
      expect(keysOf(left, node)).toEqual(
        itemsOf(whole, node)
          .filter(({ rootKey }) => rootKey !== row!.textKey)
          .map(({ key }) => key),
      );
    expect(keyOf(left, 'teacher')).not.toBe(keyOf(whole, 'teacher'));
  });

  test('lacks a derived sample and what is made of it, and keeps what neither depends on it nor reads it', async () => {
    const whole = await planWithout();
    const left = await planWithout(itemsOf(whole, 'caption')[3]!.key);
    expect(expectedOf(left)).toMatchObject({ texts: 5, imagine: 10, caption: 9, 'imagine-again': 9, 'teacher-loss': 19 });
    expect(keysOf(left, 'imagine')).toEqual(keysOf(whole, 'imagine'));
    // The teacher has seen real texts only; the student would have seen the picture of the caption.
    expect(keyOf(left, 'teacher')).toBe(keyOf(whole, 'teacher'));
    expect(keyOf(left, 'student')).not.toBe(keyOf(whole, 'student'));
    expect(new Set(keysOf(whole, 'teacher-loss'))).toEqual(
      new Set([...keysOf(left, 'teacher-loss'), ...missing(whole, left, 'teacher-loss')]),
    );
  });

  test('lacks exactly what descends from any retracted items', async () => {
    const whole = await planWithout();
    const nodes = ['imagine', 'caption', 'imagine-again'];
    const all = nodes.flatMap((node) => itemsOf(whole, node));
    await fc.assert(
      fc.asyncProperty(fc.subarray(all.map(({ key }) => key)), async (retracted) => {
        const left = await planWithout(...retracted);
        const gone = new Set(retracted);
        for (const { key, parents } of all) if (parents.some((parent) => gone.has(parent.key))) gone.add(key);
        for (const node of nodes) expect(keysOf(left, node)).toEqual(keysOf(whole, node).filter((key) => !gone.has(key)));
        expect(expectedOf(left)).toMatchObject(Object.fromEntries(nodes.map((node) => [node, keysOf(left, node).length])));
      }),
      { numRuns: 25 },
    );
  });

  test('that would have no row left is refused', async () => {
    const rows = await storiesOf(texts).rows();
    await expect(planWithout(...rows.map((row) => row.textKey!))).rejects.toMatchObject({ code: 'SOURCE_EMPTY' });
  });
});

const missing = (whole: WholePlan, left: WholePlan, node: string): Digest[] => {
  const there = new Set(keysOf(left, node));
  return keysOf(whole, node).filter((key) => !there.has(key));
};
