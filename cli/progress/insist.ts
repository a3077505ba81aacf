import { setTimeout as sleep } from 'node:timers/promises';
import { HoplineError } from '../../engine/plan/errors.ts';

export interface Insistence {
  signal: AbortSignal;
  /** How long the server may be away, as when it is restarted. Milliseconds. Default 60_000. */
  patience?: number | undefined;
}

const SHORTEST_WAIT = 200;
const LONGEST_WAIT = 5_000;

/** An answer for which nothing is waited may be lost. Milliseconds. */
const LONGEST_ANSWER = 30_000;

/** Asks until there is an answer, also while the server is away. @throws what it fails with for another reason, or when patience is at its end */
export async function insist<T>(ask: (signal: AbortSignal) => Promise<T>, { signal, patience = 60_000 }: Insistence): Promise<T> {
  const began = Date.now();
  for (let wait = SHORTEST_WAIT; ; wait = Math.min(LONGEST_WAIT, wait * 2)) {
    try {
      return await ask(AbortSignal.any([signal, AbortSignal.timeout(LONGEST_ANSWER)]));
    } catch (error) {
      signal.throwIfAborted();
      if (!isOutage(error) || Date.now() - began > patience) throw error;
    }
    await sleep(wait, undefined, { signal });
  }
}

/** Trying again may help. */
export const isOutage = (error: unknown): boolean => error instanceof HoplineError && !error.permanent;
