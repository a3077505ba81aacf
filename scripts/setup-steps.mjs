import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { programFingerprint } from './build-programs.mjs';
import { fingerprint } from './fingerprint.mjs';
import { inHouse } from './house.mjs';
import { runQuietly } from './run-quietly.mjs';
import { SetupFailed } from './setup-failed.mjs';

/** Prisma's own schema engine is never used (our migrations are SQL files): naming any program here keeps it from being downloaded. */
const noSchemaEngine = { PRISMA_SCHEMA_ENGINE_BINARY: process.execPath };
const ourLoader = ['--import', 'tsx'];

/** What must be there before anything runs, in order. `wants` names the state that is wanted, `isThere` whether the outputs still
 *  exist, `make` makes them.
 * @type {{ name: string, wants: () => string, isThere: (stamp: string | undefined) => boolean, make: () => void }[]} */
export const setupSteps = [
  {
    name: 'dependencies',
    wants: () => `${fingerprint('package-lock.json')} ${process.platform}-${process.arch}`,
    isThere: (stamp) => existsSync(inHouse('node_modules/.package-lock.json')) && (stamp !== undefined || installedMatchesLock()),
    make: installDependencies,
  },
  {
    name: 'Prisma client',
    wants: () => fingerprint('schema.prisma', 'prisma.config.ts', 'package-lock.json'),
    isThere: () => existsSync(inHouse('generated/prisma/client.ts')),
    make: () =>
      runQuietly('prisma generate', process.execPath, [inHouse('node_modules/prisma/build/index.js'), 'generate'], {
        env: noSchemaEngine,
      }),
  },
  {
    name: 'workflow bundle',
    wants: () => fingerprint('workflows', 'engine/plan', 'package-lock.json'),
    isThere: () => existsSync(inHouse('generated/workflow-bundle.js')),
    make: () => runQuietly('workflows/bundle.ts', process.execPath, [...ourLoader, 'workflows/bundle.ts']),
  },
  {
    name: 'programs',
    wants: programFingerprint,
    isThere: () => existsSync(inHouse('generated/program/current')),
    make: () => runQuietly('scripts/build-programs.mjs', process.execPath, ['scripts/build-programs.mjs']),
  },
  {
    name: 'Temporal server',
    wants: () => (process.env.TEMPORAL_ADDRESS ? 'not embedded' : `${process.env.TEMPORAL_CLI_PATH ?? ''}`),
    isThere: () => Boolean(process.env.TEMPORAL_ADDRESS) || isProgram(temporalStamp()),
    make: () =>
      runQuietly(
        'getting the Temporal server',
        process.execPath,
        [...ourLoader, 'infra/embedded/obtain-temporal.ts', temporalStampPath],
        { loud: true },
      ),
  },
];

/** Where the last set-up wrote down which program it found. */
const temporalStampPath = inHouse('node_modules/.hopline/temporal-path');

function temporalStamp() {
  return existsSync(temporalStampPath) ? readFileSync(temporalStampPath, 'utf8') : '';
}

/** @param {string} path */
function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return path !== '';
  } catch {
    return false;
  }
}

/** Somebody may have run `npm ci` without us: npm's own record of what is installed tells.  */
function installedMatchesLock() {
  const wanted = JSON.parse(readFileSync(inHouse('package-lock.json'), 'utf8')).packages;
  const installed = JSON.parse(readFileSync(inHouse('node_modules/.package-lock.json'), 'utf8')).packages;
  return Object.keys(wanted).every(
    (path) => path === '' || wanted[path].optional || wanted[path].version === installed[path]?.version,
  );
}

/** `npm ci`. A registry without the packages of other platforms (a company's mirror) makes npm write a lockfile that its own
 *  `npm ci` then refuses; `npm install` takes the same versions from it. */
function installDependencies() {
  const flags = ['--include=dev', '--include=optional', '--no-audit', '--no-fund', '--prefer-offline'];
  try {
    npm(['ci', ...flags]);
  } catch (error) {
    if (!(error instanceof SetupFailed) || !/EUSAGE[\s\S]*Missing: /.test(error.output)) throw error;
    process.stderr.write("set-up: the lockfile lacks other platforms' packages, so npm install is used\n");
    npm(['install', '--no-save', ...flags]);
  }
}

/** @param {string[]} args */
function npm(args) {
  const cli = process.env.npm_execpath;
  if (cli?.endsWith('.js')) runQuietly(`npm ${args[0]}`, process.execPath, [cli, ...args], { env: noSchemaEngine });
  else runQuietly(`npm ${args[0]}`, 'npm', args, { env: noSchemaEngine });
}
