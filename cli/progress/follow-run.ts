import { setTimeout as sleep } from 'node:timers/promises';
import { HoplineError } from '../../engine/plan/errors.ts';
import type { ApiClient } from '../client/api-client.ts';
import { type RunStatus, runStatus } from '../operations/run-status.ts';

export interface FollowOptions {
  onStatus(status: RunStatus): void;
  /** Aborting ends the following, not the run. */
  signal: AbortSignal;
  /** Longest time between two looks while the run moves: a tenth of how long it was followed, since a look takes the server some 10 ms that
   *  the run may want; while it doesn't move, up to LONGEST_WAIT. Milliseconds. Default 500. */
  interval?: number;
  /** How long the server may be away, as when it is restarted. Milliseconds. Default 60_000. */
  patience?: number;
}

const SHORTEST_WAIT = 100;

/** How often to look at a run that stands still. Milliseconds. */
const LONGEST_WAIT = 2_000;

/** Follows a run until it ends, by looking. Its events would tell each task, which costs the server more than the task. Survives a restart
 *  of the server.
 *  @throws RUN_NOT_FOUND; API_UNREACHABLE when the server stays away */
export async function followRun(client: ApiClient, runId: string, options: FollowOptions): Promise<RunStatus> {
  const { interval = 500, patience = 60_000, signal } = options;
  const began = Date.now();
  let lastAnswer = began;
  let lastSeen = '';
  for (let wait = SHORTEST_WAIT; ; await sleep(wait, undefined, { signal })) {
    const status = await client.query(runStatus, { id: runId }, signal).catch((error: unknown) => {
      signal.throwIfAborted();
      if (!isOutage(error) || Date.now() - lastAnswer > patience) throw error;
      return undefined;
    });
    if (status?.run === null) throw new HoplineError('RUN_NOT_FOUND', `run must exist, got ${runId}`, { hint: 'hopline runs' });
    if (!status?.run) continue;
    lastAnswer = Date.now();
    options.onStatus(status.run);
    if (status.run.finished) return status.run;
    const seen = whatMoves(status.run);
    const moving = Math.max(SHORTEST_WAIT, Math.min(interval, (Date.now() - began) / 10));
    wait = seen === lastSeen ? Math.min(LONGEST_WAIT, Math.max(moving, wait * 1.2)) : moving;
    lastSeen = seen;
  }
}

/** Of a status, what doesn't change by the mere passing of time. */
const whatMoves = ({ state, nodes }: RunStatus): string =>
  JSON.stringify([state, nodes.map(({ state: of, done, failed }) => [of, done, failed])]);

const isOutage = (error: unknown): boolean => error instanceof HoplineError && error.code === 'API_UNREACHABLE';
