import { setTimeout as sleep } from 'node:timers/promises';
import { crashPoint } from '../faults/crash-point.ts';
import { getRun, isFinished, type RunRow, setRunState } from '../lineage/index.ts';
import { HoplineError } from '../plan/errors.ts';
import type { RunServices } from './services.ts';

/** A new workflow execution for the same run; work = plan minus committed. Also wakes a run whose workflow was lost.
 *  @throws RUN_NOT_FOUND, RUN_NOT_RESUMABLE naming the state. */
export async function resumeRun(services: RunServices, runId: string): Promise<RunRow> {
  const run = await getRun(services.db, runId);
  if (run.state === 'PAUSED') return unpauseRun(services, runId);
  if (run.state === 'SUCCEEDED') throw notResumable(run, 'it succeeded; launch it again to make sure that nothing is left');
  if (await stillRunning(services, run)) throw notResumable(run, 'it is running');
  const queued = run.state === 'QUEUED' ? run : await setRunState(services.db, runId, 'QUEUED', { attempt: true });
  crashPoint('resume.queued');
  await services.temporal.start({ runId, priority: run.priority, project: run.project });
  return queued;
}

/** Batches in hand are finished and committed; then the run holds no device. */
export async function pauseRun(services: RunServices, runId: string): Promise<RunRow> {
  const run = await getRun(services.db, runId);
  if (run.state === 'PAUSED') return run;
  const paused = await setRunState(services.db, runId, 'PAUSED');
  await services.temporal.signal(runId, 'pause');
  return paused;
}

export async function unpauseRun(services: RunServices, runId: string): Promise<RunRow> {
  const run = await getRun(services.db, runId);
  if (run.state !== 'PAUSED') throw new HoplineError('RUN_NOT_PAUSED', `run ${runId} must be PAUSED, got ${run.state}`);
  const running = await setRunState(services.db, runId, 'RUNNING');
  if (await services.temporal.isRunning(runId)) await services.temporal.signal(runId, 'unpause');
  else await services.temporal.start({ runId, priority: run.priority, project: run.project });
  return running;
}

/** Asks the workflow to stop; what is committed stays. A run without a workflow is marked at once. */
export async function cancelRun(services: RunServices, runId: string, reason?: string): Promise<RunRow> {
  const run = await getRun(services.db, runId);
  if (isFinished(run.state)) throw new HoplineError('RUN_FINISHED', `run ${runId} must be unfinished, got ${run.state}`);
  if (await services.temporal.isRunning(runId)) {
    await services.temporal.cancel(runId);
    return run;
  }
  return setRunState(services.db, runId, 'CANCELLED', reason ? { error: { code: 'CANCELLED', message: reason } } : {});
}

/** A run is marked failed or cancelled by its workflow, which then closes: that moment is waited for. Milliseconds. */
const CLOSING = 5_000;

async function stillRunning(services: RunServices, run: RunRow): Promise<boolean> {
  const until = Date.now() + (isFinished(run.state) ? CLOSING : 0);
  while (await services.temporal.isRunning(run.id)) {
    if (Date.now() >= until) return true;
    await sleep(100);
  }
  return false;
}

function notResumable(run: RunRow, why: string): HoplineError {
  return new HoplineError('RUN_NOT_RESUMABLE', `run ${run.id} must be FAILED, CANCELLED or PAUSED, got ${run.state}: ${why}`, {
    hint: `hopline watch ${run.id}`,
  });
}
