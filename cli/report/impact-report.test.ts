import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import type { Impact } from '../operations/lineage.ts';
import { impactReport } from './impact-report.ts';

const impact: Impact = { samples: 10_000, scores: 3, decisions: 2, runs: ['r1'], truncated: false, checkpoints: [], metrics: [] };

test('counts that end somewhere say so', () => {
  const all = 'downstream: 10000 samples, 3 scores, 2 decisions, 0 checkpoints, 0 metrics in 1 runs';
  expect(impactReport(impact)).toBe(all);
  expect(stripVTControlCharacters(impactReport({ ...impact, truncated: true }))).toBe(
    `${all}\nthere is more: 10,000 of each are counted, and what hangs on the others is missing`,
  );
});
