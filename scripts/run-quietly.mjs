import { spawnSync } from 'node:child_process';
import { house } from './house.mjs';
import { SetupFailed } from './setup-failed.mjs';

/** Runs a command in the house and shows its output only when it fails.
 * @param {string} what for the error: "npm ci"
 * @param {string} command
 * @param {string[]} args
 * @param {{ env?: Record<string, string>, loud?: boolean }} [options] loud: the output is shown as it comes */
export function runQuietly(what, command, args, { env = {}, loud = false } = {}) {
  const stdio = loud ? /** @type {const} */ (['ignore', 'inherit', 'pipe']) : /** @type {const} */ (['ignore', 'pipe', 'pipe']);
  const done = spawnSync(command, args, {
    cwd: house,
    env: { ...process.env, ...env },
    stdio,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (done.status === 0) return;
  const output = `${done.stdout ?? ''}${done.stderr ?? ''}`.trimEnd();
  throw new SetupFailed(
    what,
    done.error?.message ?? (done.signal ? `ended with ${done.signal}` : `ended with code ${done.status}`),
    output,
  );
}
