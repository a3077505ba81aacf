import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countTests } from './count-tests.mjs';
import { house, inHouse } from './house.mjs';
import { setUp } from './setup.mjs';

/** `npm test [-- vitest's own arguments]`: set-up, every test, and the line `N passed, N failed` at the end. */
setUp();
const folder = mkdtempSync(join(tmpdir(), 'hopline-test-'));
const report = join(folder, 'report.json');
const args = [
  inHouse('node_modules/vitest/vitest.mjs'),
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${report}`,
];
const { status } = spawnSync(process.execPath, [...args, ...process.argv.slice(2)], { cwd: house, stdio: 'inherit' });
const { passed, failed, skipped } = countTests(readReport(), status === 0);
rmSync(folder, { recursive: true });
if (skipped > 0) console.log(`${skipped} skipped`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : (status ?? 1);

function readReport() {
  try {
    return JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    return undefined;
  }
}
