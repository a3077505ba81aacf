import { HoplineError } from '../../engine/plan/errors.ts';
import type { ApiClient } from '../client/api-client.ts';
import { eventCursor } from '../operations/run-events.ts';
import { type RunStatus, runStatus } from '../operations/run-status.ts';

/** A run as it is just now. @throws RUN_NOT_FOUND */
export async function lookAtRun(client: ApiClient, runId: string, signal: AbortSignal): Promise<RunStatus> {
  return found(runId, (await client.query(runStatus, { id: runId }, signal)).run);
}

/** Where a run's events stand just now. @throws RUN_NOT_FOUND */
export async function lookAtEvents(client: ApiClient, runId: string, signal: AbortSignal): Promise<string> {
  return found(runId, (await client.query(eventCursor, { id: runId }, signal)).run).eventCursor;
}

function found<T>(runId: string, run: T | null): T {
  if (run === null) throw new HoplineError('RUN_NOT_FOUND', `run must exist, got ${runId}`, { hint: 'hopline runs' });
  return run;
}
