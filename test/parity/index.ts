import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { describeError } from '../../engine/plan/errors.ts';
import { families } from './families.ts';
import { findFixtures } from './find-fixtures.ts';

/** Started by scripts/parity.mjs. */
const usage = 'usage: npm run parity -- [--fixtures DIR]   (default: $HOPLINE_SHARED/fixtures)';
const row = (name: string, difference: string, tolerance: string, verdict: string): void =>
  console.log(`  ${name.padEnd(64)} ${difference.padStart(10)} ${tolerance.padStart(10)}  ${verdict}`);

const folder = fixturesFolder();
const { fixtures, unknown } = await findFixtures(folder, await families());
let passed = 0;
let failed = 0;
for (const { folder: fixture, families: matching } of fixtures) {
  for (const family of matching) {
    console.log(`\n${path.relative(folder, fixture) || '.'} (${family.name})`);
    row('case', 'max diff', 'tolerance', '');
    try {
      for await (const one of family.parity(fixture)) {
        one.passed ? passed++ : failed++;
        row(one.name, shown(one.maxDifference), shown(one.tolerance), one.passed ? 'ok' : 'FAILED');
      }
    } catch (error) {
      failed++;
      row('(stopped)', '', '', `FAILED: ${describeError(error).replace('\n', '; ')}`);
    }
  }
}
for (const each of unknown) console.log(`\nnot recognised: ${path.relative(folder, each) || each}`);
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || fixtures.length === 0 ? 1 : 0;

function fixturesFolder(): string {
  let given: string | undefined;
  try {
    given = parseArgs({ options: { fixtures: { type: 'string' } } }).values.fixtures;
  } catch (error) {
    fail('OPTION_INVALID', (error as Error).message, usage);
  }
  const found = path.resolve(given ?? path.join(process.env.HOPLINE_SHARED ?? '../shared', 'fixtures'));
  if (!existsSync(found)) fail('FIXTURES_MISSING', `parity.fixtures must be a folder, got ${found}`, usage);
  return found;
}

function fail(code: string, message: string, hint: string): never {
  process.stderr.write(`error[${code}] ${message}\nhint: ${hint}\n`);
  process.exit(2);
}

function shown(value: number): string {
  if (value === 0 || Number.isInteger(value)) return String(value);
  return Number.isFinite(value) ? value.toExponential(1) : 'infinite';
}
