import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { build } from './build.ts';
import { houseFolder } from './house.ts';
import { sha256Of } from './source-record.ts';

/** Folders of other versions of us that stay: one of their workers may load a part late. */
const KEPT = 3;

/** Where things lie that can be made again from sources: `<home>/cache/HASH`, without a home the user's cache folder. HASH is that of our own
 *  program, so that nothing made by another version of us is ever taken. Null where we run from the sources, as tests do. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string | null {
  if (build === null) return null;
  const base = env.HOPLINE_HOME
    ? join(resolve(env.HOPLINE_HOME), 'cache')
    : join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'hopline', 'compiled');
  return join(base, sha256Of(`${houseFolder} ${build.folder}`).slice(0, 16));
}

/** Writes `<folder>/<name>` whole or not at all: each of several writers at once leaves a whole one. */
export function writeCached(folder: string, name: string, text: string): void {
  const path = join(folder, name);
  if (!existsSync(folder)) removeOld(dirname(folder));
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}.draft`;
  writeFileSync(draft, text, { mode: 0o600 });
  renameSync(draft, path);
}

/** @returns undefined where there is none, or one that a full disk has cut off. */
export function readCached<T>(folder: string, name: string): T | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, name), 'utf8')) as T;
  } catch {
    return undefined;
  }
}

function removeOld(base: string): void {
  if (!existsSync(base)) return;
  const folders = readdirSync(base)
    .filter((name) => /^[0-9a-f]{16}$/.test(name))
    .map((name) => join(base, name))
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  for (const folder of folders.slice(KEPT - 1)) rmSync(folder, { recursive: true, force: true });
}
