import fc from 'fast-check';
import { expect, it } from 'vitest';
import { chooseRows, type SplitRow } from './split.ts';

/** Two rows (explicit, ambiguous) an instance, three instances a group. */
const rowsOf = (instances: number): SplitRow[] =>
  Array.from({ length: instances }, (_, i) => i).flatMap((i) =>
    ['explicit', 'ambiguous'].map((slice) => ({
      id: `${i}/${slice}`,
      group: `g${Math.floor(i / 3)}`,
      meta: { instance: `${i}`, slice },
    })),
  );
const PARTS = ['train', 'validation', 'test'] as const;
const ids = (rows: SplitRow[]): string[] => rows.map((row) => row.id);

it('a group lies in one part, and the shares are about 50, 10 and 40 %', () => {
  const rows = rowsOf(3000);
  const parts = PARTS.map((part) => chooseRows(rows, { part, splitSeed: 3 }));
  const groups = parts.map((part) => new Set(part.map((row) => row.group)));
  expect(groups.reduce((sum, set) => sum + set.size, 0)).toBe(1000);
  expect(groups[0]!.size / 1000).toBeCloseTo(0.5, 1);
  expect(groups[2]!.size / 1000).toBeCloseTo(0.4, 1);
});

it('a training instance has one text, 40 % explicit; a test instance has both', () => {
  const rows = rowsOf(3000);
  const train = chooseRows(rows, { part: 'train', splitSeed: 0 });
  expect(new Set(train.map((row) => row.meta.instance)).size).toBe(train.length);
  expect(train.filter((row) => row.meta.slice === 'explicit').length / train.length).toBeCloseTo(0.4, 1);
  const test = chooseRows(rows, { part: 'test', splitSeed: 0 });
  expect(test.length).toBe(2 * new Set(test.map((row) => row.meta.instance)).size);
});

it('a new row changes no other row, and under a limit at most one instance', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 60 }),
      fc.integer({ min: 0, max: 9 }),
      fc.constantFrom(...PARTS),
      (count, splitSeed, part) => {
        const before = chooseRows(rowsOf(count), { part, splitSeed });
        const after = chooseRows(rowsOf(count + 1), { part, splitSeed });
        expect(ids(after)).toEqual(expect.arrayContaining(ids(before)));
        const fewBefore = new Set(chooseRows(rowsOf(count), { part, splitSeed, limit: 5 }).map((row) => row.meta.instance));
        const fewAfter = new Set(chooseRows(rowsOf(count + 1), { part, splitSeed, limit: 5 }).map((row) => row.meta.instance));
        expect([...fewBefore].filter((instance) => !fewAfter.has(instance)).length).toBeLessThanOrEqual(1);
      },
    ),
  );
});

it("takes the dataset's own parts where it has them, and rows without slices as they are", () => {
  const rows = [
    { id: 'a', part: 'train', group: 'a', meta: {} },
    { id: 'b', part: 'test', group: 'b', meta: {} },
  ];
  expect(ids(chooseRows(rows, { part: 'train', splitSeed: 0 }))).toEqual(['a']);
  expect(ids(chooseRows(rows, { part: 'test', splitSeed: 0 }))).toEqual(['b']);
});
