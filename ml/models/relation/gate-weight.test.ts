import { describe, expect, test } from 'vitest';
import { foldOf, outsideFold } from './folds.ts';
import { gateWeight } from './gate-weight.ts';

describe('gateWeight', () => {
  test('chance weighs nothing, certainty one, halfway a half', () => {
    expect(gateWeight(0.25, 4)).toBe(0);
    expect(gateWeight(1, 4)).toBe(1);
    expect(gateWeight(0.625, 4)).toBeCloseTo(0.5, 12);
  });

  test('worse than chance weighs nothing', () => {
    expect(gateWeight(0.01, 4)).toBe(0);
  });
});

describe('folds', () => {
  const items = Array.from({ length: 200 }, (_, i) => ({ group: `group-${i}` }));

  test('every group is outside of all folds but one', () => {
    for (const item of items) {
      const outside = [0, 1, 2].filter((fold) => outsideFold([item, { group: 'other' }], fold, 3).includes(item));
      expect(outside.length).toBeGreaterThanOrEqual(2);
    }
    expect(outsideFold(items, 0, 3).some((item) => foldOf(item.group, 3) === 0)).toBe(false);
  });

  test('folds are about even', () => {
    const first = items.filter((item) => foldOf(item.group, 2) === 0).length;
    expect(first).toBeGreaterThan(70);
    expect(first).toBeLessThan(130);
  });

  test('a group stays in its fold whatever other groups there are', () => {
    expect(foldOf('group-7', 5)).toBe(foldOf('group-7', 5));
    expect(outsideFold(items.slice(0, 50), 1, 2)).toEqual(
      outsideFold(items, 1, 2).slice(0, outsideFold(items.slice(0, 50), 1, 2).length),
    );
  });
});
