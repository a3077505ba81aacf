import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Philox } from '../../engine/plan/philox.ts';
import { probabilitiesOf, sampleLogits, sampleTopP } from './sample-logits.ts';

const logits = Float32Array.from([99, 1, 2, 0.5, -1, 99]);

it('draws with the probabilities of the softmax over the part that is given', () => {
  const random = new Philox(1n);
  const counts = new Float64Array(4);
  for (let n = 0; n < 20_000; n++) counts[sampleLogits(logits, 1, 5, 0.8, random.uniform())]!++;
  const expected = probabilitiesOf(
    logits.map((value) => value / Math.fround(0.8)),
    1,
    5,
  );
  for (const [i, p] of expected.entries()) expect(counts[i]! / 20_000).toBeCloseTo(p, 1.7);
});

it('takes the largest at temperature 0', () => {
  expect(sampleLogits(logits, 1, 5, 0, 0.99)).toBe(1);
});

it('a nucleus holds the likeliest classes whose sum reaches topP, and no other', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: 1, maxLength: 9 }),
      fc.double({ min: 0.05, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (weights, topP, uniform) => {
        const probabilities = Float64Array.from(weights);
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        const drawn = sampleTopP(probabilities, topP, uniform);
        const likelier = weights.filter((weight) => weight > weights[drawn]!).reduce((sum, weight) => sum + weight, 0);
        expect(likelier).toBeLessThan(topP * total + 1e-9);
      },
    ),
  );
});
