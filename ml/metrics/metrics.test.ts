import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accuracy, bootstrapInterval, bySlice, classReport, confusion, type LabelledPrediction, quantile } from './index.ts';

const pairs = (text: string): LabelledPrediction[] => text.split(' ').map((pair) => ({ label: pair[0]!, predicted: pair[1]! }));

describe('a hand-worked table', () => {
  // Truth A: 3 right, 1 taken for B. Truth B: 1 right, 1 taken for A. Truth N: 2 right, 1 taken for A.
  const predictions = pairs('AA AA AA AB BB BA NN NN NA');

  it('counts the confusions', () => {
    expect(confusion(predictions)).toEqual({
      classes: ['A', 'B', 'N'],
      counts: [
        [3, 1, 0],
        [1, 1, 0],
        [1, 0, 2],
      ],
    });
    expect(accuracy(predictions)).toBe(6 / 9);
  });

  it('gives precision, recall and F1 of each class and their means', () => {
    const { perClass, micro, macro } = classReport(predictions);
    expect(perClass.A).toMatchObject({ precision: 3 / 5, recall: 3 / 4, support: 4 });
    expect(perClass.A!.f1).toBeCloseTo(2 / 3);
    expect(perClass.B).toEqual({ precision: 1 / 2, recall: 1 / 2, f1: 1 / 2, support: 2 });
    expect(perClass.N).toMatchObject({ precision: 1, recall: 2 / 3, support: 3 });
    expect(perClass.N!.f1).toBeCloseTo(0.8);
    expect(micro.f1).toBeCloseTo(6 / 9);
    expect(macro.f1).toBeCloseTo((2 / 3 + 1 / 2 + 4 / 5) / 3);
  });

  it('leaves the class "none" out: P = right / predicted relations, R = right / true relations', () => {
    const { perClass, micro, macro } = classReport(predictions, { none: 'N' });
    expect(Object.keys(perClass)).toEqual(['A', 'B']);
    expect(micro).toMatchObject({ precision: 4 / 7, recall: 4 / 6, support: 6 });
    expect(micro.f1).toBeCloseTo((2 * 4) / 13);
    expect(macro.f1).toBeCloseTo((2 / 3 + 1 / 2) / 2);
  });

  it('always answering none has accuracy but no F1', () => {
    const always = pairs('NN NN NN AN');
    expect(accuracy(always)).toBe(0.75);
    expect(classReport(always, { none: 'N' }).micro).toEqual({ precision: 0, recall: 0, f1: 0, support: 1 });
  });
});

const predictions = fc.array(fc.record({ label: fc.constantFrom('a', 'b', 'c'), predicted: fc.constantFrom('a', 'b', 'c') }), {
  minLength: 1,
  maxLength: 60,
});

it('without a class "none", micro F1 is the accuracy', () => {
  fc.assert(fc.property(predictions, (list) => void expect(classReport(list).micro.f1).toBeCloseTo(accuracy(list), 12)));
});

it('every number lies between 0 and 1, F1 between precision and recall', () => {
  fc.assert(
    fc.property(predictions, (list) => {
      const { perClass, micro, macro } = classReport(list, { classes: ['a', 'b', 'c', 'd'], none: 'c' });
      for (const { precision, recall, f1 } of [...Object.values(perClass), micro, macro]) {
        for (const number of [precision, recall, f1]) expect(number >= 0 && number <= 1).toBe(true);
      }
      expect(micro.f1).toBeLessThanOrEqual(Math.max(micro.precision, micro.recall) + 1e-12);
      expect(micro.f1).toBeGreaterThanOrEqual(Math.min(micro.precision, micro.recall) - 1e-12);
    }),
  );
});

it('the order of the predictions does not matter', () => {
  fc.assert(fc.property(predictions, (list) => void expect(classReport([...list].reverse())).toEqual(classReport(list))));
});

it('slices are the whole and its parts', () => {
  const slices = bySlice([
    { label: 'a', predicted: 'a', slice: 'explicit' },
    { label: 'a', predicted: 'b', slice: 'ambiguous' },
    { label: 'b', predicted: 'b' },
  ]);
  expect([...slices].map(([name, list]) => [name, list.length])).toEqual([
    ['all', 3],
    ['ambiguous', 1],
    ['explicit', 1],
  ]);
});

describe('the bootstrap', () => {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const coin = Array.from({ length: 400 }, (_, i) => (i % 4 === 0 ? 1 : 0));

  it('is near the normal interval for a share of 400', () => {
    const { value, low, high } = bootstrapInterval(coin, mean);
    expect(value).toBe(0.25);
    const half = 1.96 * Math.sqrt((0.25 * 0.75) / 400);
    expect(low).toBeCloseTo(0.25 - half, 1.9);
    expect(high).toBeCloseTo(0.25 + half, 1.9);
  });

  it('gives the same interval for the same seed and another for another', () => {
    const options = { resamples: 100 };
    expect(bootstrapInterval(coin, mean, options)).toEqual(bootstrapInterval(coin, mean, options));
    expect(bootstrapInterval(coin, mean, { ...options, seed: 1 })).not.toEqual(bootstrapInterval(coin, mean, options));
  });

  it('has no width for a constant and no number for nothing', () => {
    expect(bootstrapInterval([2, 2, 2], mean)).toEqual({ value: 2, low: 2, high: 2 });
    expect(bootstrapInterval([] as number[], () => 0).low).toBeNaN();
    expect(quantile([1, 2, 3, 4], 0.5)).toBe(2.5);
  });
});
