import { setTimeout as sleep } from 'node:timers/promises';
import { HoplineError } from '../../engine/plan/errors.ts';
import type { ApiClient } from '../client/api-client.ts';
import { runEvents } from '../operations/run-events.ts';
import { type RunStatus, runStatus } from '../operations/run-status.ts';

export interface FollowOptions {
  onStatus(status: RunStatus): void;
  /** Aborting ends the following, not the run. */
  signal: AbortSignal;
  /** Shortest time between two looks. Milliseconds. Default 250. */
  interval?: number;
  /** How long the server may be away, as when it is restarted. Milliseconds. Default 60_000. */
  patience?: number;
}

/** How often to look when no event comes. Milliseconds. */
const LONGEST_WAIT = 2_000;

/** Follows a run until it ends: its events say when to look, the run itself says what to show. Survives a restart of the server.
 *  @throws RUN_NOT_FOUND; API_UNREACHABLE when the server stays away */
export async function followRun(client: ApiClient, runId: string, options: FollowOptions): Promise<RunStatus> {
  const { interval = 250, patience = 60_000 } = options;
  const ended = new AbortController();
  const signal = AbortSignal.any([options.signal, ended.signal]);
  const alarm = eventAlarm(client, runId, signal);
  let lastAnswer = Date.now();
  try {
    while (true) {
      const status = await client.query(runStatus, { id: runId }, options.signal).catch((error: unknown) => {
        options.signal.throwIfAborted();
        if (!isOutage(error) || Date.now() - lastAnswer > patience) throw error;
        return undefined;
      });
      if (status?.run === null) throw new HoplineError('RUN_NOT_FOUND', `run must exist, got ${runId}`, { hint: 'hopline runs' });
      if (status?.run) {
        lastAnswer = Date.now();
        options.onStatus(status.run);
        if (status.run.finished) return status.run;
      }
      await sleep(interval, undefined, { signal });
      await Promise.race([alarm.next(), sleep(LONGEST_WAIT, undefined, { signal })]);
    }
  } finally {
    ended.abort();
  }
}

/** Rings when an event has come since the last ring. Subscribes again, behind the last event, whenever the stream breaks. */
function eventAlarm(client: ApiClient, runId: string, signal: AbortSignal): { next(): Promise<void> } {
  let rung = false;
  let wake: (() => void) | undefined;
  const ring = (): void => {
    rung = true;
    wake?.();
  };
  const listen = async (): Promise<void> => {
    let after: string | undefined;
    while (!signal.aborted) {
      try {
        for await (const { runEvents: event } of client.subscribe(runEvents, { runId, ...(after ? { after } : {}) }, signal)) {
          after = event.cursor;
          ring();
        }
        return ring();
      } catch {
        await sleep(1_000, undefined, { signal }).catch(() => {});
      }
    }
  };
  void listen();
  return {
    next: () =>
      new Promise((resolve) => {
        wake = () => {
          rung = false;
          wake = undefined;
          resolve();
        };
        if (rung) wake();
      }),
  };
}

const isOutage = (error: unknown): boolean => error instanceof HoplineError && error.code === 'API_UNREACHABLE';
