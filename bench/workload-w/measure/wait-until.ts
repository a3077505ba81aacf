import { setTimeout as sleep } from 'node:timers/promises';

/** Looks every 20 ms until it is so. @throws after `limit` seconds */
export async function waitUntil(what: string, isSo: () => boolean | Promise<boolean>, limit = 300): Promise<void> {
  for (const deadline = Date.now() + limit * 1000; !(await isSo()); await sleep(20))
    if (Date.now() > deadline) throw new Error(`${what} must come within ${limit} s`);
}
