import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from '../client/api-client.ts';
import { type RunEvent, runEvents } from '../operations/run-events.ts';
import { type Insistence, isOutage } from './insist.ts';

export interface FollowedEvents extends Insistence {
  runId: string;
  /** A cursor. Default: from the beginning. */
  after?: string | undefined;
  /** Only events of these types. Default: all. */
  types?: string[] | undefined;
  /** It is connected: for the first time, or again after an outage. */
  onOpen?: ((again: boolean) => void) | undefined;
}

const SHORTEST_WAIT = 200;
const LONGEST_WAIT = 5_000;

/** Each event of a run once, in order, through outages of the server and from any of its instances: after each it asks for what comes behind
 *  the last cursor. Ends when the run has ended and everything was told.
 *  @throws RUN_NOT_FOUND, CURSOR_INVALID; API_UNREACHABLE when the server stays away */
export async function* followEvents(client: ApiClient, followed: FollowedEvents): AsyncGenerator<RunEvent> {
  const { runId, types, signal, patience = 60_000 } = followed;
  let after = followed.after;
  let opened = 0;
  let lostAt: number | undefined;
  const onOpen = (): void => {
    lostAt = undefined;
    followed.onOpen?.(opened++ > 0);
  };
  for (let wait = SHORTEST_WAIT; ; await sleep(wait, undefined, { signal })) {
    try {
      for await (const { runEvents: event } of client.subscribe(runEvents, { runId, after, types }, { signal, onOpen })) {
        yield event;
        after = event.cursor;
        wait = SHORTEST_WAIT;
      }
      return;
    } catch (error) {
      signal.throwIfAborted();
      lostAt ??= Date.now();
      if (!isOutage(error) || Date.now() - lostAt > patience) throw error;
      wait = Math.min(LONGEST_WAIT, wait * 2);
    }
  }
}
