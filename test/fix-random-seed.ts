import { readFileSync } from 'node:fs';
import { expect } from 'vitest';

/** Properties (fast-check) try the same values in each run of the tests, so that they accuse no innocent change; HOPLINE_PROPERTY_SEED (an
 *  integer) tries others, and what was found by one seed is tried again with it. Set up for each file of tests; the library is loaded for those
 *  alone that name it. */
const { testPath } = expect.getState();
if (testPath && readFileSync(testPath, 'utf8').includes("'fast-check'")) {
  const { default: fc } = await import('fast-check');
  fc.configureGlobal({ seed: Number(process.env.HOPLINE_PROPERTY_SEED ?? 20_261_121) });
}
