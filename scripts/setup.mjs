import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { inHouse } from './house.mjs';
import { SetupFailed } from './setup-failed.mjs';
import { setupSteps } from './setup-steps.mjs';

const stampsPath = inHouse('node_modules/.hopline/setup.json');

/** Brings the checkout to where everything runs: dependencies, generated code, the Temporal program. Says what it does and how long
 *  it takes; says nothing, within a fraction of a second, when all is fresh. Ends the process with code 1 when a step fails. */
export function setUp() {
  const stamps = readStamps();
  for (const { name, wants, isThere, make } of setupSteps) {
    const wanted = wants();
    const stamp = stamps[name];
    if ((stamp === wanted || (name === 'dependencies' && stamp === undefined)) && isThere(stamp)) {
      if (stamp === undefined) keep(stamps, name, wanted);
      continue;
    }
    const began = performance.now();
    process.stderr.write(`set-up: ${name} ...\n`);
    attempt(make);
    keep(stamps, name, wanted);
    process.stderr.write(`set-up: ${name} ready after ${((performance.now() - began) / 1000).toFixed(1)} s\n`);
  }
}

/** @param {() => void} make */
function attempt(make) {
  try {
    make();
  } catch (error) {
    if (!(error instanceof SetupFailed)) throw error;
    const named = /^error\[[A-Z_]+\] [\s\S]*/m.exec(error.output);
    process.stderr.write(
      named
        ? `${named[0]}\n`
        : `${error.tail}\nerror[SETUP_FAILED] ${error.message}\nhint: see the output above, then run the same command again\n`,
    );
    process.exit(1);
  }
}

/** @returns {Record<string, string>} */
function readStamps() {
  try {
    return JSON.parse(readFileSync(stampsPath, 'utf8'));
  } catch {
    return {};
  }
}

/** @param {Record<string, string>} stamps @param {string} name @param {string} value */
function keep(stamps, name, value) {
  stamps[name] = value;
  mkdirSync(inHouse('node_modules/.hopline'), { recursive: true });
  writeFileSync(stampsPath, JSON.stringify(stamps, null, 2));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) setUp();
