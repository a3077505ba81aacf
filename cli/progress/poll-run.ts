import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from '../client/api-client.ts';
import type { RunStatus } from '../operations/run-status.ts';
import type { FollowOptions } from './follow-options.ts';
import { insist } from './insist.ts';
import { lookAtRun } from './look-at-run.ts';

const SHORTEST_WAIT = 100;

/** Longest time between two looks at a run that moves: a tenth of how long it was followed, up to this. Milliseconds. */
const MOVING_WAIT = 500;

/** How often to look at a run that stands still. Milliseconds. */
const LONGEST_WAIT = 2_000;

/** Follows a run by looking again and again until it ends, or until a moment. */
export async function pollRun(
  client: ApiClient,
  runId: string,
  options: FollowOptions,
  end = Number.POSITIVE_INFINITY,
): Promise<RunStatus> {
  const began = Date.now();
  let lastSeen = '';
  for (let wait = SHORTEST_WAIT; ; await sleep(wait, undefined, { signal: options.signal })) {
    const status = await insist((signal) => lookAtRun(client, runId, signal), options);
    options.onStatus(status);
    if (status.finished || Date.now() > end) return status;
    const seen = whatMoves(status);
    const moving = Math.max(SHORTEST_WAIT, Math.min(MOVING_WAIT, (Date.now() - began) / 10));
    wait = seen === lastSeen ? Math.min(LONGEST_WAIT, Math.max(moving, wait * 1.2)) : moving;
    lastSeen = seen;
  }
}

/** Of a status, what doesn't change by the mere passing of time. */
const whatMoves = ({ state, nodes }: RunStatus): string =>
  JSON.stringify([state, nodes.map(({ state: of, done, failed }) => [of, done, failed])]);
