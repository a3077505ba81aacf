import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rankByLoss } from '../../pipelines/mi2rage/selection/rank-by-loss.ts';
import { sha256 } from '../plan/digest.ts';
import type { ScoreValue } from '../plan/step-io.ts';
import { applyRule } from './apply-rule.ts';
import type { Candidates } from './candidates.ts';

/** Scores of a few roots, not side by side; losses from few values, so that there are ties. */
const pools = fc
  .array(fc.record({ root: fc.integer({ min: 0, max: 4 }), loss: fc.constantFrom(0, 0.1, 0.5, 2) }), {
    minLength: 1,
    maxLength: 60,
  })
  .map((drawn): ScoreValue[] =>
    drawn.map(({ root, loss }, index) => ({
      sampleKey: sha256(`sample ${index}`),
      rootKey: sha256(`root ${root}`),
      chain: index,
      depth: 1,
      hop: 1,
      loss,
      values: {},
    })),
  );

const candidatesOf = (scores: readonly ScoreValue[]): Candidates => ({
  count: scores.length,
  ids: Float64Array.from(scores, (_, row) => row),
  keyHeads: Buffer.concat(scores.map((score) => Buffer.from(score.sampleKey.slice(0, 16), 'hex'))),
  rootHeads: Buffer.concat(scores.map((score) => Buffer.from(score.rootKey.slice(0, 32), 'hex'))),
  loss: Float64Array.from(scores, (score) => score.loss),
  hops: new Int32Array(scores.length),
});
const kept = (then: Uint8Array): number => then.reduce((sum, each) => sum + each, 0);
const nothing = (scores: readonly ScoreValue[]) => new Uint8Array(scores.length);

test('a count of each instance keeps what the method that selects by loss keeps, from either end', () => {
  fc.assert(
    fc.property(pools, fc.integer({ min: 1, max: 6 }), fc.boolean(), (scores, keep, worst) => {
      const then = applyRule(candidatesOf(scores), { kind: 'keepPerInstance', keep, worst }, nothing(scores));
      const decisions = rankByLoss(scores, { rule: worst ? 'worst' : 'best', keep, keepShare: null });
      const wanted = new Set(decisions.filter((decision) => decision.kept).map((decision) => decision.sampleKey));
      expect(scores.filter((_, row) => then[row]).map((score) => score.sampleKey)).toEqual(
        scores.filter((score) => wanted.has(score.sampleKey)).map((score) => score.sampleKey),
      );
    }),
  );
});

test('a share keeps as many as it says, and none that is left out is better', () => {
  fc.assert(
    fc.property(pools, fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean(), (scores, share, worst) => {
      const then = applyRule(candidatesOf(scores), { kind: 'share', share, worst }, nothing(scores));
      expect(kept(then)).toBe(Math.round(share * scores.length));
      const sign = worst ? -1 : 1;
      const losses = (value: number) => scores.filter((_, row) => then[row] === value).map((score) => sign * score.loss);
      expect(Math.max(-Infinity, ...losses(1))).toBeLessThanOrEqual(Math.min(Infinity, ...losses(0)));
    }),
  );
});

test('chance keeps as many of each instance as are kept now, and the same ones for one seed', () => {
  fc.assert(
    fc.property(pools, fc.integer(), (scores, seed) => {
      const candidates = candidatesOf(scores);
      const now = applyRule(candidates, { kind: 'sharePerInstance', share: 0.5, worst: false }, nothing(scores));
      const rule = { kind: 'random', seed: sha256(String(seed)) } as const;
      const then = applyRule(candidates, rule, now);
      expect(applyRule(candidates, rule, now)).toEqual(then);
      for (const root of new Set(scores.map((score) => score.rootKey))) {
        const of = (which: Uint8Array) => scores.filter((score, row) => score.rootKey === root && which[row]).length;
        expect(of(then)).toBe(of(now));
      }
    }),
  );
});

test('a threshold lets the line itself in; without scores there is no line', () => {
  const scores = fc.sample(pools, { numRuns: 1, seed: 1 })[0]!;
  const candidates = candidatesOf(scores);
  const then = applyRule(candidates, { kind: 'threshold', threshold: 0.1, worst: false }, nothing(scores));
  expect([...then]).toEqual(scores.map((score) => (score.loss <= 0.1 ? 1 : 0)));
  candidates.loss[0] = Number.NaN;
  expect(() => applyRule(candidates, { kind: 'share', share: 0.5, worst: false }, nothing(scores))).toThrow(
    expect.objectContaining({ code: 'WHAT_IF_NO_SCORES' }),
  );
});
