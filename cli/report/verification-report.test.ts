import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import type { Verification } from '../operations/verify-run.ts';
import { verificationReport } from './verification-report.ts';

const found = (leftOut: number): Verification =>
  ({
    run: { runId: 'r-again', state: 'SUCCEEDED' },
    share: 1,
    seed: 0,
    tasks: 2,
    of: 2,
    leftOut,
    match: 8,
    withinTolerance: 0,
    mismatch: 0,
    groups: [],
    mismatches: { edges: [] },
  }) as unknown as Verification;
const report = (leftOut: number): string => stripVTControlCharacters(verificationReport('r-first', found(leftOut)));

test('a verification says how many tasks it leaves out, and nothing where it leaves out none', () => {
  expect(report(3)).toBe(
    [
      'run r-first, verified by r-again SUCCEEDED: 2 of 2 tasks again (share 1, seed 0)',
      "3 more were a server's and are left out: they would be paid again",
      '',
      'all 8 came out as they should',
    ].join('\n'),
  );
  expect(report(0)).not.toContain('left out');
});
