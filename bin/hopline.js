#!/usr/bin/env node
// The `hopline` command: cli/main.ts in this process, from any folder, also through npx or a symbolic link.
import { existsSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { fileURLToPath } from 'node:url';
import { currentBuild } from '../scripts/current-build.mjs';

const inHouse = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const isBuilt = ['node_modules/tsx', 'generated/prisma', 'generated/workflow-bundle.js', 'generated/program/current'].every(
  (path) => existsSync(inHouse(path)),
);
// A published package has no lockfile: it comes with what the set-up makes.
const isCheckout = existsSync(inHouse('package-lock.json'));
if (isCheckout && !isBuilt) (await import('../scripts/setup.mjs')).setUp();

// Node 22.8 and later keep compiled code; our child processes too.
process.env.NODE_COMPILE_CACHE ??= inHouse('node_modules/.hopline/compile-cache');
nodeModule.enableCompileCache?.(process.env.NODE_COMPILE_CACHE);

const { main } = await import(await entry());
process.exit(await main());

/** The build, made anew when a source has changed. From the sources where that fails, and for the fault programme, whose switch no build has. */
async function entry() {
  const fromSources = async () => {
    const { register } = await import('tsx/esm/api');
    register();
    return '../cli/main.ts';
  };
  if (process.env.HOPLINE_FAULTS || process.env.HOPLINE_SOURCES) return fromSources();
  const current = currentBuild(isCheckout);
  if (current) return `../${current}/cli/main.js`;
  try {
    process.stderr.write('set-up: programs ...\n');
    return `../${await (await import('../scripts/build-programs.mjs')).buildPrograms()}/cli/main.js`;
  } catch (error) {
    process.stderr.write(
      `set-up: programs can't be built, so the sources are run: ${String(error.message).split('\n').slice(0, 3).join(' ')}\n`,
    );
    return fromSources();
  }
}
