import { describe, expect, test } from 'vitest';
import type { DecisionValue } from '../../../engine/plan/step-io.ts';
import { keptViews, shuffledViews } from './kept-views.ts';
import { viewsByRoot } from './views-by-root.ts';

const sample = (rootKey: string, chain: number, depth: number) => ({
  key: `${rootKey}-${chain}-${depth}`,
  ...{ rootKey, chain, depth, hop: depth },
  features: Float32Array.of(chain, depth),
  meta: {},
});
const decision = (rootKey: string, chain: number, depth: number, kept: boolean): DecisionValue => ({
  sampleKey: `picture-${rootKey}-${chain}-${depth}`,
  ...{ rootKey, chain, depth, hop: depth, kept, rank: 0 },
});
const pool = viewsByRoot(['a', 'b', 'c'].flatMap((root) => [sample(root, 1, 1), sample(root, 0, 2), sample(root, 0, 1)]));
const keys = (views: ReturnType<typeof keptViews>) =>
  Object.fromEntries([...views].map(([root, own]) => [root, own.map((view) => view.key)]));

describe('views of a text', () => {
  test('stand in the order of depth and chain', () => {
    expect(keys(pool).a).toEqual(['a-0-1', 'a-1-1', 'a-0-2']);
  });

  test('are kept where the picture at their place was kept', () => {
    const kept = keptViews(pool, [
      decision('a', 0, 1, true),
      decision('a', 0, 2, true),
      decision('b', 1, 1, true),
      decision('b', 0, 1, false),
    ]);
    expect(keys(kept)).toEqual({ a: ['a-0-1', 'a-0-2'], b: ['b-1-1'], c: [] });
  });

  test('shuffled: all are there, none with its own text', () => {
    for (const seed of ['00', 'a7', 'ff']) {
      const shuffled = shuffledViews(pool, seed.repeat(32));
      expect([...shuffled.values()].flat().length).toBe(9);
      for (const [root, own] of shuffled) for (const view of own) expect(view.rootKey).not.toBe(root);
    }
  });
});
