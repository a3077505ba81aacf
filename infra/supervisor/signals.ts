import { HoplineError } from '../../engine/plan/errors.ts';

const ENDING: NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

export interface EndingSignals {
  /** Aborted by the first signal. */
  first: AbortSignal;
  /** What to do then: once in order, at the second signal in a hurry. */
  thenStop(stop: (hurry?: boolean) => Promise<void>): void;
  off(): void;
}

/** Listens for the signals that ask a process to end. */
export function endOnSignals(): EndingSignals {
  const first = new AbortController();
  let stop: ((hurry?: boolean) => Promise<void>) | undefined;
  const handle = (): void => {
    const again = first.signal.aborted;
    first.abort(new HoplineError('INTERRUPTED', 'the start must be let finish, got: a signal to end', { hint: 'hopline up' }));
    void stop?.(again);
  };
  for (const signal of ENDING) process.on(signal, handle);
  return {
    first: first.signal,
    thenStop(action) {
      stop = action;
      if (first.signal.aborted) void action();
    },
    off() {
      for (const signal of ENDING) process.off(signal, handle);
    },
  };
}
