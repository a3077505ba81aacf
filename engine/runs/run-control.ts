import { setTimeout as sleep } from 'node:timers/promises';
import { getRun, isFinished, type RunRow, requestCancel, setRunState } from '../lineage/index.ts';
import { HoplineError } from '../plan/errors.ts';
import type { RunServices } from './services.ts';

/** Batches in hand are finished and committed; then the run holds no device.
 *  @throws RUN_NOT_FOUND, RUN_STATE_CONFLICT for a finished run */
export async function pauseRun(services: RunServices, runId: string): Promise<RunRow> {
  const run = await getRun(services.db, runId);
  if (run.state === 'PAUSED') return run;
  const paused = await setRunState(services.db, runId, 'PAUSED');
  // A run without a workflow has nobody to tell; when it is resumed it is no longer paused.
  if (await services.temporal.isRunning(runId)) await services.temporal.signal(runId, 'pause');
  return paused;
}

/** @throws RUN_NOT_FOUND, RUN_NOT_PAUSED */
export async function unpauseRun(services: RunServices, runId: string): Promise<RunRow> {
  const run = await getRun(services.db, runId);
  if (run.state !== 'PAUSED')
    throw new HoplineError('RUN_NOT_PAUSED', `run ${runId} must be PAUSED, got ${run.state}`, {
      hint: isFinished(run.state) ? `hopline show ${runId}` : `hopline watch ${runId}`,
    });
  const running = await setRunState(services.db, runId, 'RUNNING');
  if (await services.temporal.isRunning(runId)) await services.temporal.signal(runId, 'unpause');
  else await services.temporal.start({ runId, priority: run.priority, project: run.project });
  return running;
}

/** Writes the wish down, which workers watch for, then asks the workflow to stop; what is committed stays. A run without a workflow is
 *  marked at once. @throws RUN_NOT_FOUND, RUN_FINISHED; TEMPORAL_UNREACHABLE after the wish is written: cancel again */
export async function cancelRun(services: RunServices, runId: string, reason?: string): Promise<RunRow> {
  const asked = await requestCancel(services.db, runId, reason);
  if (await services.temporal.cancel(runId)) return asked;
  return setRunState(services.db, runId, 'CANCELLED');
}

/** Waits until a run's workflow has closed, `patience` milliseconds at most. False: it has not. */
export async function hasClosed(services: Pick<RunServices, 'temporal'>, runId: string, patience: number): Promise<boolean> {
  for (const until = Date.now() + patience; await services.temporal.isRunning(runId); ) {
    if (Date.now() >= until) return false;
    await sleep(100);
  }
  return true;
}
