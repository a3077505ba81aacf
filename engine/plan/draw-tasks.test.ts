import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sha256 } from './digest.ts';
import { drawNumber, drawThreshold } from './draw-tasks.ts';

const keys = Array.from({ length: 2_000 }, (_, index) => sha256(`task ${index}`));
const drawn = (seed: number, share: number, of = keys): Set<string> => {
  const { threshold } = drawThreshold(
    of.map((key) => drawNumber(seed, key)),
    share,
  );
  return new Set(of.filter((key) => drawNumber(seed, key) <= threshold));
};

test('a share draws that many tasks, rounded up, and one at least', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 1_000 }), fc.nat(), (count, thousandths, seed) => {
      const share = thousandths / 1_000;
      expect(drawn(seed, share, keys.slice(0, count)).size).toBe(Math.max(1, Math.ceil((count * thousandths) / 1_000)));
    }),
    { numRuns: 200 },
  );
});

test('a larger share of the same seed holds the smaller one, and another seed draws others', () => {
  const [small, large, other] = [drawn(1, 0.1), drawn(1, 0.3), drawn(2, 0.1)];
  expect([...small].every((key) => large.has(key))).toBe(true);
  const common = [...other].filter((key) => small.has(key)).length;
  // Of 200 and 200 in 2,000 some 20 are common; a hundred would be no chance.
  expect(common).toBeLessThan(100);
});

test('numbers are spread evenly over [0, 1)', () => {
  const tenths = new Array<number>(10).fill(0);
  for (const key of keys) tenths[Math.floor(drawNumber(7, key) * 10)]!++;
  // 200 each, with a standard deviation of 13.4.
  for (const count of tenths) expect(Math.abs(count - 200)).toBeLessThan(5 * 13.4);
});

test('nothing is drawn of nothing', () => {
  expect(drawThreshold([], 1)).toEqual({ threshold: -1, tasks: 0 });
});
