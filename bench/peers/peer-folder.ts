import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { PeerMissing } from './peer-missing.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const cache = fileURLToPath(new URL('../../node_modules/.hopline/peers', import.meta.url));

/** A folder with the peer's packages (its own lockfile's, installed once; without a lockfile those that Hopline itself runs on) and its
 *  programs as plain JavaScript, so that no peer pays for a compiler at its start. @throws PeerMissing when the packages can't be installed */
export async function peerFolder(name: string, programs: readonly string[]): Promise<string> {
  const folder = join(cache, name);
  mkdirSync(folder, { recursive: true });
  const lockfile = join(here, name, 'package-lock.json');
  if (existsSync(lockfile)) install(name, lockfile, folder);
  await build({
    entryPoints: programs.map((program) => join(here, name, program)),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'error',
  });
  return folder;
}

function install(name: string, lockfile: string, folder: string): void {
  const installed = join(folder, 'installed-lock.json');
  if (existsSync(installed) && readFileSync(installed, 'utf8') === readFileSync(lockfile, 'utf8')) return;
  for (const file of ['package.json', 'package-lock.json']) copyFileSync(join(here, name, file), join(folder, file));
  process.stderr.write(`installing the peer ${name} ...\n`);
  const done = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, encoding: 'utf8', timeout: 300_000 });
  if (done.status !== 0) throw new PeerMissing(`npm ci failed: ${done.stderr.trim().slice(-300) || done.error}`);
  copyFileSync(lockfile, installed);
}
