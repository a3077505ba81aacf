import { HoplineError } from '../../engine/plan/errors.ts';
import type { ApiClient } from '../client/api-client.ts';
import type { RunStatus } from '../operations/run-status.ts';
import type { Insistence } from './insist.ts';
import { pollRun } from './poll-run.ts';
import { RunFollower } from './run-follower.ts';

/** Aborting the signal ends the following, not the run. */
export interface FollowOptions extends Insistence {
  onStatus(status: RunStatus): void;
  /** When nothing was heard for so long, a look says whether that is so: another transaction of the database may hold events back.
   *  Milliseconds. Default 5_000; half as long again each time, up to 30_000. */
  silence?: number;
}

/** Follows a run until it ends, by its events; by looks where the server is older. Survives a restart of the server.
 *  @throws RUN_NOT_FOUND; API_UNREACHABLE when the server stays away */
export async function followRun(client: ApiClient, runId: string, options: FollowOptions): Promise<RunStatus> {
  try {
    return await new RunFollower(client, runId, options).follow();
  } catch (error) {
    if (!isOlderServer(error)) throw error;
    return pollRun(client, runId, options);
  }
}

/** It has no such field, or a list of operations without it. */
const isOlderServer = (error: unknown): boolean =>
  error instanceof HoplineError && ['GRAPHQL_VALIDATION_FAILED', 'OPERATION_NOT_LISTED'].includes(error.code);
