import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const house = join(import.meta.dirname, '..');
const node = (args: string[], cwd = house) => spawnSync(process.execPath, args, { cwd, encoding: 'utf8' });

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}
/** Plain JavaScript, because it runs before the dependencies are there. */
const script: string = './count-tests.mjs';
const { countTests } = (await import(script)) as { countTests(report: unknown, ended: boolean): Counts };
const file = (status: string, ...states: string[]) => ({ status, assertionResults: states.map((state) => ({ status: state })) });

describe('the last line of npm test', () => {
  test('counts what passed, failed and was skipped', () => {
    const report = { testResults: [file('failed', 'passed', 'failed'), file('passed', 'passed', 'pending', 'todo')] };
    expect(countTests(report, false)).toEqual({ passed: 2, failed: 1, skipped: 2 });
  });

  test('a file that cannot be loaded is a failure, though it has no failed test', () => {
    expect(countTests({ testResults: [file('failed'), file('passed', 'passed')] }, false)).toMatchObject({
      passed: 1,
      failed: 1,
    });
  });

  test('vitest ending badly is a failure, though every test passed', () => {
    expect(countTests({ testResults: [file('passed', 'passed')] }, false)).toMatchObject({ passed: 1, failed: 1 });
    expect(countTests(undefined, false)).toMatchObject({ passed: 0, failed: 1 });
  });
});

describe('the launchers', () => {
  test('hopline runs through a symbolic link, from another folder', () => {
    const folder = mkdtempSync(join(tmpdir(), 'hopline-bin-'));
    try {
      symlinkSync(join(house, 'bin/hopline.js'), join(folder, 'hopline'));
      const { stdout, status } = node([join(folder, 'hopline'), '--help'], folder);
      expect(status).toBe(0);
      expect(stdout).toContain('Usage: hopline');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('an unknown bench is named with those that there are', () => {
    const { stderr, status } = node(['scripts/bench.mjs', '../secrets']);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^error\[BENCH_UNKNOWN\] bench must be one of .*, got: \.\.\/secrets\nhint: npm run bench -- /);
  });

  test('package.json calls them', () => {
    const { scripts } = JSON.parse(readFileSync(join(house, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
    expect(scripts).toMatchObject({
      demo: 'node scripts/demo.mjs',
      test: 'node scripts/test.mjs',
      bench: 'node scripts/bench.mjs',
    });
  });
});
