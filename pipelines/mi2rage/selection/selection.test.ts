import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DecisionOutput, ScoreValue } from '../../../engine/plan/step-io.ts';
import { keepCount } from './keep-count.ts';
import { rankAtRandom } from './rank-at-random.ts';
import { rankByLoss } from './rank-by-loss.ts';

const rootOf = (root: number): string => root.toString(16).padStart(64, '0');
const keyOf = (index: number): string => (index * 7919 + 1).toString(16).padStart(64, '0');

/** Scores of a few roots; losses from few values, so that there are ties. */
const pools = fc
  .array(fc.record({ root: fc.integer({ min: 0, max: 4 }), loss: fc.constantFrom(0, 0.1, 0.5, 2) }), {
    minLength: 1,
    maxLength: 60,
  })
  .map((drawn): ScoreValue[] =>
    drawn.map(({ root, loss }, index) => ({
      key: `score-${index}`,
      sampleKey: keyOf(index),
      rootKey: rootOf(root),
      chain: index,
      depth: 1,
      hop: 1,
      loss,
      values: {},
    })),
  );
const keeps = fc.oneof(
  fc.record({ keep: fc.integer({ min: 1, max: 6 }), keepShare: fc.constant(null) }),
  fc.record({ keep: fc.constant(1), keepShare: fc.double({ min: 0.05, max: 1, noNaN: true }) }),
);
const byRoot = (scores: readonly ScoreValue[]): ScoreValue[][] =>
  [...new Set(scores.map((score) => score.rootKey))].map((root) => scores.filter((score) => score.rootKey === root));
const decisionOf = (decisions: readonly DecisionOutput[], score: { sampleKey: string }): DecisionOutput =>
  decisions.find((decision) => decision.sampleKey === score.sampleKey)!;

describe('ranking by teacher loss', () => {
  test('every candidate gets one decision, and each instance keeps as many as the rule says', () => {
    fc.assert(
      fc.property(pools, keeps, fc.constantFrom('best' as const, 'worst' as const), (scores, keep, rule) => {
        const decisions = rankByLoss(scores, { rule, ...keep });
        expect(decisions.map((decision) => decision.sampleKey).sort()).toEqual(scores.map((score) => score.sampleKey).sort());
        for (const own of byRoot(scores)) {
          const mine = own.map((score) => decisionOf(decisions, score));
          expect(mine.filter((decision) => decision.kept).length).toBe(keepCount(own.length, keep));
          expect(mine.map((decision) => decision.rank).sort((a, b) => a - b)).toEqual([...own.keys()]);
        }
      }),
    );
  });

  test('no view that was let go has a lower loss than one that was kept, and the other way round for the worst', () => {
    fc.assert(
      fc.property(pools, keeps, (scores, keep) => {
        const [best, worst] = [rankByLoss(scores, { rule: 'best', ...keep }), rankByLoss(scores, { rule: 'worst', ...keep })];
        for (const own of byRoot(scores)) {
          const losses = (decisions: DecisionOutput[], kept: boolean) =>
            own.filter((score) => decisionOf(decisions, score).kept === kept).map((score) => score.loss);
          expect(Math.max(...losses(best, true))).toBeLessThanOrEqual(Math.min(Infinity, ...losses(best, false)));
          expect(Math.min(...losses(worst, true))).toBeGreaterThanOrEqual(Math.max(-Infinity, ...losses(worst, false)));
        }
      }),
    );
  });

  test('the order of the scores does not matter: ties are settled by key', () => {
    fc.assert(
      fc.property(pools, keeps, (scores, keep) => {
        expect(rankByLoss([...scores].reverse(), { rule: 'best', ...keep })).toEqual(
          rankByLoss(scores, { rule: 'best', ...keep }),
        );
      }),
    );
  });

  test('another instance changes no decision of this one', () => {
    fc.assert(
      fc.property(pools, (scores) => {
        const own = byRoot(scores)[0]!;
        const rule = { rule: 'best', keep: 2, keepShare: null } as const;
        const among = rankByLoss(scores, rule);
        expect(rankByLoss(own, rule).map((decision) => decisionOf(among, decision))).toEqual(rankByLoss(own, rule));
      }),
    );
  });

  test('the reason says rank, candidates, loss and rule', () => {
    const scores = [0.9, 0.031].map((loss, index) => ({
      key: `score-${index}`,
      sampleKey: keyOf(index),
      rootKey: rootOf(0),
      chain: index,
      depth: 1,
      hop: 1,
      loss,
      values: {},
    }));
    const [first, second] = rankByLoss(scores, { rule: 'best', keep: 1, keepShare: null });
    expect(first).toMatchObject({ sampleKey: keyOf(1), kept: true, rank: 0, threshold: 0.031 });
    expect(first!.reason).toBe('rank 1 of 2 for its text by teacher loss 0.031 (kept 1)');
    expect(second).toMatchObject({ sampleKey: keyOf(0), kept: false, rank: 1 });
  });
});

describe('keeping at random', () => {
  const seed = 'e3'.repeat(32);

  test('each instance keeps its number, by a draw of its own', () => {
    fc.assert(
      fc.property(pools, keeps, (scores, keep) => {
        const pictures = scores.map(({ sampleKey, rootKey }) => ({ key: sampleKey, rootKey }));
        const decisions = rankAtRandom(pictures, keep, seed);
        expect(rankAtRandom([...pictures].reverse(), keep, seed)).toEqual(decisions);
        for (const own of byRoot(scores)) {
          const kept = own.filter((score) => decisionOf(decisions, score).kept).length;
          expect(kept).toBe(keepCount(own.length, keep));
          const alone = rankAtRandom(
            own.map(({ sampleKey, rootKey }) => ({ key: sampleKey, rootKey })),
            keep,
            seed,
          );
          expect(alone.map((decision) => decisionOf(decisions, decision))).toEqual(alone);
        }
      }),
    );
  });

  test('seeds differ, and every candidate has its chance', () => {
    const pictures = Array.from({ length: 8 }, (_, index) => ({ key: keyOf(index), rootKey: rootOf(3) }));
    const kept = new Map<string, number>();
    for (let draw = 0; draw < 400; draw++) {
      for (const decision of rankAtRandom(
        pictures,
        { keep: 2, keepShare: null },
        draw.toString(16).padStart(16, '0').padEnd(64, '0'),
      )) {
        if (decision.kept) kept.set(decision.sampleKey, (kept.get(decision.sampleKey) ?? 0) + 1);
      }
    }
    for (const { key } of pictures) expect(kept.get(key)! / 400).toSatisfy((share: number) => share > 0.15 && share < 0.35);
  });
});

test('a share keeps at least one', () => {
  expect(keepCount(8, { keep: 2, keepShare: 0.5 })).toBe(4);
  expect(keepCount(3, { keep: 2, keepShare: 0.01 })).toBe(1);
  expect(keepCount(1, { keep: 4, keepShare: null })).toBe(1);
});
