import { expect, test } from 'vitest';
import type { NodeStatus } from '../operations/run-status.ts';
import { percentOver } from './mean-spread.ts';
import { costOf, variantTable } from './variant-table.ts';

const node = (name: string, dependsOn: string[], deviceSeconds: number): NodeStatus => ({
  name,
  kind: 'map',
  step: 's@1',
  dependsOn,
  state: 'SUCCEEDED',
  total: 1,
  done: 1,
  made: 1,
  cached: 0,
  failed: 0,
  deviceSeconds,
  error: null,
});
const nodes = [
  node('pool', [], 10),
  node('full-student', ['pool'], 2),
  node('full-test', ['full-student', 'pool'], 1),
  node('real-test', [], 4),
];

test('the cost of a variant is that of all it needs, each node once', () => {
  expect(costOf('full-test', nodes)).toBe(13);
  expect(costOf('real-test', nodes)).toBe(4);
});

test('mean and sample standard deviation over seeds, in per cent', () => {
  expect(percentOver([0.4, 0.5, 0.6])).toBe('50.0 +- 10.0');
  expect(percentOver([0.5])).toBe('50.0');
  expect(percentOver([undefined])).toBe('-');
});

test('the table has a line a variant, with the real view only', () => {
  const row = (value: number, views = 'real') => ({
    variant: 'full',
    views,
    made: 8,
    kept: 2,
    macroF1: { all: value, explicit: value, ambiguous: value },
  });
  const text = variantTable([
    { rows: [row(0.5), row(0.1, 'synthetic')], nodes },
    { rows: [row(0.7)], nodes },
  ]);
  expect(text.split('\n')).toHaveLength(2);
  expect(text).toContain('60.0 +- 14.1');
  expect(text).toContain('13 s');
});
