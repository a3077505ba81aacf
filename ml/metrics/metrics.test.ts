import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Philox } from '../../engine/plan/philox.ts';
import {
  bootstrapIntervals,
  classificationMetrics,
  classScores,
  confusionMatrix,
  type Judged,
  overallScores,
  quantile,
} from './index.ts';

const rows = (pairs: string): Judged[] =>
  pairs.split(' ').map((pair, i) => {
    const [gold, predicted, slice = 'plain'] = pair.split('/') as [string, string, string?];
    return { gold, predicted, slice, unit: `unit-${i}` };
  });
// Worked by hand: a: 2 of 3 found, 3 predicted; b: 1 of 2 found, 2 predicted; none: 1 of 2 found, 2 predicted.
const HAND = rows('a/a a/a a/b b/b b/none none/none none/a');

describe('hand-worked numbers', () => {
  test('the confusion matrix has true classes in rows', () => {
    expect(confusionMatrix(HAND)).toEqual({
      labels: ['a', 'b', 'none'],
      counts: [
        [2, 1, 0],
        [0, 1, 1],
        [1, 0, 1],
      ],
    });
  });

  test('each class has precision, recall, F1 and support', () => {
    expect(classScores(confusionMatrix(HAND))).toEqual([
      { label: 'a', support: 3, precision: 2 / 3, recall: 2 / 3, f1: 2 / 3 },
      { label: 'b', support: 2, precision: 1 / 2, recall: 1 / 2, f1: 1 / 2 },
      { label: 'none', support: 2, precision: 1 / 2, recall: 1 / 2, f1: 1 / 2 },
    ]);
  });

  test('without a none-label micro F1 is accuracy', () => {
    const scores = overallScores(confusionMatrix(HAND));
    expect(scores.accuracy).toBe(4 / 7);
    expect(scores.micro.f1).toBeCloseTo(4 / 7, 12);
    expect(scores.macro.f1).toBeCloseTo((2 / 3 + 1 / 2 + 1 / 2) / 3, 12);
  });

  test('a none-label is neither found nor to be found', () => {
    const scores = overallScores(confusionMatrix(HAND), 'none');
    expect(scores.micro).toEqual({ precision: 3 / 5, recall: 3 / 5, f1: 3 / 5 });
    expect(scores.macro.f1).toBeCloseTo((2 / 3 + 1 / 2) / 2, 12);
    expect(scores.accuracy).toBe(4 / 7);
  });

  test('always predicting none is accurate and worth nothing', () => {
    const scores = overallScores(confusionMatrix(rows('none/none none/none a/none')), 'none');
    expect(scores.accuracy).toBeCloseTo(2 / 3, 12);
    expect(scores.micro.f1).toBe(0);
  });

  test('a quantile lies between its neighbours', () => {
    expect(quantile([1, 2, 3, 4], 0.5)).toBe(2.5);
    expect(quantile([1, 2, 3, 4], 0)).toBe(1);
    expect(quantile([1, 2, 3, 4], 1)).toBe(4);
  });
});

describe('slices and intervals', () => {
  test('every slice is reported beside all', () => {
    const metrics = classificationMetrics(rows('a/a/explicit a/b/ambiguous b/b/explicit'));
    const accuracy = metrics.filter((metric) => metric.name === 'accuracy').map(({ slice, value }) => [slice, value]);
    expect(accuracy).toEqual([
      ['all', 2 / 3],
      ['ambiguous', 0],
      ['explicit', 1],
    ]);
  });

  test('nothing predicted is nothing measured', () => {
    expect(classificationMetrics([])).toEqual([]);
  });

  test('the interval of a share is about that of the binomial distribution', () => {
    const judged = Array.from({ length: 400 }, (_, i) => ({
      gold: 'a',
      predicted: i % 4 === 0 ? 'a' : 'b',
      slice: 's',
      unit: `${i}`,
    }));
    const found = classificationMetrics(judged, { bootstrap: { random: new Philox(3) } }).find((m) => m.name === 'accuracy');
    const error = 1.96 * Math.sqrt((0.25 * 0.75) / 400);
    expect(found?.low).toBeCloseTo(0.25 - error, 1.9);
    expect(found?.high).toBeCloseTo(0.25 + error, 1.9);
  });

  test('rows of one unit are drawn together', () => {
    const twice = Array.from({ length: 50 }, (_, i) => [i % 2, i % 2]);
    const once = twice.map(([value]) => [value!]);
    const mean = (drawn: number[]) => ({ mean: drawn.reduce((a, b) => a + b, 0) / drawn.length });
    expect(bootstrapIntervals(twice, mean, { random: new Philox(1) })).toEqual(
      bootstrapIntervals(once, mean, { random: new Philox(1) }),
    );
  });
});

const judged = fc.array(
  fc.record({
    gold: fc.constantFrom('a', 'b', 'c'),
    predicted: fc.constantFrom('a', 'b', 'c'),
    slice: fc.constantFrom('x', 'y'),
    unit: fc.constantFrom('1', '2', '3'),
  }),
  { minLength: 1 },
);

describe('for any predictions', () => {
  test('micro F1 without a none-label equals accuracy, and all scores are shares', () => {
    fc.assert(
      fc.property(judged, (list) => {
        const { accuracy, micro, macro } = overallScores(confusionMatrix(list));
        expect(micro.f1).toBeCloseTo(accuracy, 12);
        for (const value of Object.values(macro)) expect(value).toSatisfy((x: number) => x >= 0 && x <= 1 + 1e-12);
      }),
    );
  });

  test('the order of the rows changes nothing but which rows a resample draws', () => {
    fc.assert(
      fc.property(judged, (list) => {
        expect(classificationMetrics([...list].reverse())).toEqual(classificationMetrics(list));
      }),
    );
  });

  test('an interval holds between the least and the greatest value, low first', () => {
    fc.assert(
      fc.property(judged, fc.integer({ min: 0, max: 1000 }), (list, seed) => {
        for (const metric of classificationMetrics(list, { bootstrap: { random: new Philox(seed), resamples: 20 } })) {
          if (metric.low === undefined) continue;
          expect(metric.low).toBeLessThanOrEqual(metric.high!);
          expect(metric.low).toBeGreaterThanOrEqual(0);
        }
      }),
      { numRuns: 30 },
    );
  });
});
