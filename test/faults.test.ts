import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { faultsTable } from '../bench/faults/faults-table.ts';
import { DEFAULTS, type ProgrammeOptions } from '../bench/faults/options.ts';
import { Programme } from '../bench/faults/programme.ts';
import { versitygwProgram } from '../engine/store/fixtures/versitygw-program.ts';

/** The short part of `npm run faults`, with a seed that never changes. */
async function short(options: Partial<ProgrammeOptions>) {
  const home = mkdtempSync(join(tmpdir(), 'hopline-faults-'));
  const shape = { lanes: 2, fewest: 5, most: 9, crashShare: 0.75, pointsFirst: true, longestWait: 1_500 };
  const given = { ...DEFAULTS, ...shape, seed: 4, work: 'toy', minutes: 45, resume: false, home, ...options };
  const result = await new Programme({ store: 'file', ...given }, (line) => console.log(line)).run();
  console.log(faultsTable(result));
  const failures = result.schedules.flatMap((schedule) => schedule.failures);
  if (failures.length === 0) rmSync(home, { recursive: true });
  return { ...result, failures, faults: result.schedules.flatMap((schedule) => schedule.struck) };
}

test('a run over files comes through every crash point and 34 faults with the root digest of the undisturbed run', async () => {
  const { failures, missed, faults, complete } = await short({ kills: 34 });
  expect(failures).toEqual([]);
  expect(missed).toEqual([]);
  expect(complete).toBe(true);
  expect(faults.length).toBeGreaterThanOrEqual(34);
}, 3_000_000);

test('a run over S3 comes through faults, those of its server too', async (context) => {
  if (!versitygwProgram()) return context.skip('versitygw is not there');
  const { failures, faults, complete } = await short({ store: 's3', kills: 8, everyPoint: false });
  expect(failures).toEqual([]);
  expect(complete).toBe(true);
  expect(faults.length).toBeGreaterThanOrEqual(8);
}, 3_000_000);
