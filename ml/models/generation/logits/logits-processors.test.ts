import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GenerationSettings } from '../generation-options.ts';
import { resolveSettings } from '../resolve-settings.ts';
import { expBelowZero } from './exp-below-zero.ts';
import type { LogitsProcessor } from './logits-processor.ts';
import { minLength } from './min-length.ts';
import { noRepeatNgram } from './no-repeat-ngram.ts';
import { processorChain } from './processor-chain.ts';
import { repetitionPenalty } from './repetition-penalty.ts';
import { logSoftmax, softmax } from './softmax.ts';
import { temperature } from './temperature.ts';
import { topK } from './top-k.ts';
import { topP } from './top-p.ts';

const changed = (process: LogitsProcessor, logits: number[], ids: number[] = []): number[] => {
  const row = Float32Array.from(logits);
  process(row, ids);
  return [...row];
};
const kept = (logits: number[]): number[] => logits.flatMap((logit, id) => (logit > Number.NEGATIVE_INFINITY ? [id] : []));
const logitsOf = fc.array(fc.float({ min: -8, max: 8, noNaN: true }), { minLength: 1, maxLength: 40 });

it('a repetition penalty divides positive and multiplies negative logits, once an id', () => {
  expect(changed(repetitionPenalty(2), [4, -4, 3, 0], [0, 1, 0, 3, 9])).toEqual([2, -8, 3, 0]);
});

it('no ngram comes twice', () => {
  const logits = [0, 0, 0, 0, 0];
  expect(kept(changed(noRepeatNgram(3), logits, [1, 2, 3, 1, 2]))).toEqual([0, 1, 2, 4]);
  expect(kept(changed(noRepeatNgram(1), logits, [1, 4]))).toEqual([0, 2, 3]);
  expect(kept(changed(noRepeatNgram(3), logits, [1]))).toEqual([0, 1, 2, 3, 4]);
});

it('no end comes before the least length, start ids counted', () => {
  expect(kept(changed(minLength(3, [0, 2]), [1, 1, 1], [5, 5]))).toEqual([1]);
  expect(kept(changed(minLength(3, [0, 2]), [1, 1, 1], [5, 5, 5]))).toEqual([0, 1, 2]);
});

it('temperature divides in float32', () => {
  expect(changed(temperature(0.7), [1])[0]).toBe(Math.fround(1 / Math.fround(0.7)));
});

describe('top-k', () => {
  it('keeps the largest and what equals the least of them', () => {
    expect(kept(changed(topK(2), [1, 3, 2, 2, 0]))).toEqual([1, 2, 3]);
    expect(kept(changed(topK(9), [1, 3]))).toEqual([0, 1]);
  });

  it('agrees with sorting', () => {
    fc.assert(
      fc.property(logitsOf, fc.integer({ min: 1, max: 45 }), (logits, count) => {
        const least = logits.toSorted((a, b) => b - a)[Math.min(count, logits.length) - 1]!;
        expect(kept(changed(topK(count), logits))).toEqual(logits.flatMap((logit, id) => (logit >= least ? [id] : [])));
      }),
    );
  });
});

describe('top-p', () => {
  it('keeps the smallest set that holds the mass, and the likeliest id always', () => {
    const logits = [0.1, 0.5, 0.15, 0.25].map(Math.log);
    expect(kept(changed(topP(0.74), logits))).toEqual([1, 3]);
    expect(kept(changed(topP(0.76), logits))).toEqual([1, 2, 3]);
    expect(kept(changed(topP(1e-6), logits))).toEqual([1]);
  });

  it('drops nothing likelier than what it keeps, and holds the mass', () => {
    fc.assert(
      fc.property(logitsOf, fc.double({ min: 0.05, max: 0.99, noNaN: true }), (logits, mass) => {
        const left = kept(changed(topP(mass), logits));
        const probabilities = softmax(Float32Array.from(logits));
        const least = Math.min(...left.map((id) => probabilities[id]!));
        for (const [id, probability] of probabilities.entries())
          if (!left.includes(id)) expect(probability).toBeLessThanOrEqual(least);
        expect(left.reduce((sum, id) => sum + probabilities[id]!, 0)).toBeGreaterThan(mass - 1e-9);
      }),
    );
  });
});

it('the quick exponential is the exponential', () => {
  for (let x = 0; x > -86; x -= 0.0137) expect(Math.abs(expBelowZero(x) / Math.exp(x) - 1)).toBeLessThan(1e-12);
  expect([expBelowZero(0), expBelowZero(-200), expBelowZero(Number.NEGATIVE_INFINITY)]).toEqual([1, 0, 0]);
});

it('logarithms of the softmax are the softmax', () => {
  const row = Float32Array.from([1, 2, 3]);
  logSoftmax(row);
  for (const [id, p] of softmax(Float32Array.from([1, 2, 3])).entries()) expect(Math.exp(row[id]!)).toBeCloseTo(p, 6);
});

describe('the chain', () => {
  const settings = (options: object): GenerationSettings => resolveSettings(options, {}, [0], 64);

  it('goes penalty, least length, temperature, top-k, top-p', () => {
    const all = { method: 'sample', repetitionPenalty: 2, minLength: 9, temperature: 0.5, topK: 2, topP: 0.6 };
    // The penalty halves id 1, the end 0 is forbidden, ids 2 and 3 are the two likeliest, and 2 alone holds 0.6.
    expect(changed(processorChain(settings(all)), [9, 4, 3, 2.5], [1])).toEqual([-Infinity, -Infinity, 6, -Infinity]);
  });

  it('leaves the last three out when nothing is drawn', () => {
    const greedy = { method: 'greedy', temperature: 0.5, topK: 1, topP: 0.1 };
    expect(changed(processorChain(settings(greedy)), [9, 4])).toEqual([9, 4]);
  });
});
