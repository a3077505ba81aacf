import { HoplineError } from '../../engine/plan/errors.ts';
import type { ApiClient } from '../client/api-client.ts';
import type { RunStatus } from '../operations/run-status.ts';
import type { FollowOptions } from './follow-options.ts';
import { pollRun } from './poll-run.ts';
import { RunFollower } from './run-follower.ts';

/** For so long a run whose events come too thick is followed by looks. Milliseconds. */
const DENSE = 60_000;

/** Follows a run until it ends, by its events; by looks where the server is older, and while events come so thick that looks cost it less.
 *  Survives a restart of the server.
 *  @throws RUN_NOT_FOUND; API_UNREACHABLE when the server stays away */
export async function followRun(client: ApiClient, runId: string, options: FollowOptions): Promise<RunStatus> {
  try {
    while (true) {
      const told = await new RunFollower(client, runId, options).follow();
      if (told) return told;
      const seen = await pollRun(client, runId, options, Date.now() + DENSE);
      if (seen.finished) return seen;
    }
  } catch (error) {
    if (!isOlderServer(error)) throw error;
    return pollRun(client, runId, options);
  }
}

/** It has no such field, or a list of operations without it. */
const isOlderServer = (error: unknown): boolean =>
  error instanceof HoplineError && ['GRAPHQL_VALIDATION_FAILED', 'OPERATION_NOT_LISTED'].includes(error.code);
