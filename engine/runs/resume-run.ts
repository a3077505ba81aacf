import { crashPoint } from '../faults/crash-point.ts';
import { type ExecutionFacts, getRun, isFinished, type RunRow, recordResume, setRunState } from '../lineage/index.ts';
import { HoplineError } from '../plan/errors.ts';
import { describeEnvironment } from './environment.ts';
import { type ResumeOutlook, resumeOutlook } from './resume-outlook.ts';
import { hasClosed, unpauseRun } from './run-control.ts';
import { type Outage, runOutage } from './run-outage.ts';
import type { RunServices } from './services.ts';

export interface Resumption extends ResumeOutlook {
  run: RunRow;
  /** Nothing was started: after an outage the run's own workflow went on, or has succeeded meanwhile. */
  byItself: boolean;
}

/** Goes on with a run: a new workflow execution whose work is plan minus committed. Also wakes a run whose workflow was lost or never
 *  started. A run that an outage interrupted (`runOutage`) and that goes on by itself is left alone, and the resume recorded; one that has
 *  succeeded by itself since is only told.
 *  @throws RUN_NOT_FOUND; RUN_NOT_RESUMABLE for a run that succeeded or is running; what `resumeOutlook` throws. Nothing is changed then. */
export async function resumeRun(services: RunServices, runId: string): Promise<Resumption> {
  const run = await getRun(services.db, runId);
  const facts = await describeEnvironment();
  if (run.state === 'SUCCEEDED' && !succeededAfter(run, await runOutage(services.db, runId)))
    throw notResumable(run, 'it succeeded');
  const open = run.state !== 'PAUSED' && run.state !== 'SUCCEEDED' && !(await hasClosed(services, runId, closing(run)));
  if (open && run.cancelRequestedAt) throw notResumable(run, 'it is being cancelled');
  if (open && !(await runOutage(services.db, runId))) throw notResumable(run, 'it is running');
  const outlook = await resumeOutlook(services, run, facts.codeRevision);
  if (run.state === 'SUCCEEDED') return { run, byItself: true, ...outlook };
  if (open) return { run: await recorded(services, runId, facts), byItself: true, ...outlook };
  if (run.state === 'PAUSED') return { run: await unpause(services, run, facts), byItself: false, ...outlook };
  return { run: await startAgain(services, runId, facts), byItself: false, ...outlook };
}

/** A run is marked by its workflow, which then closes: that moment is waited for. A cancellation takes as long as its workers take to let
 *  go. Milliseconds. */
function closing(run: RunRow): number {
  if (isFinished(run.state)) return 5_000;
  return run.cancelRequestedAt ? 20_000 : 0;
}

const succeededAfter = (run: RunRow, outage: Outage | null): boolean =>
  outage?.over != null && run.finishedAt !== null && run.finishedAt >= outage.over;

async function startAgain(services: RunServices, runId: string, facts: ExecutionFacts): Promise<RunRow> {
  // Asked again: the workflow may have marked the run while its end was waited for.
  const run = await getRun(services.db, runId);
  if (run.state === 'SUCCEEDED') throw notResumable(run, 'it succeeded');
  const queued = await setRunState(services.db, runId, isFinished(run.state) ? 'QUEUED' : run.state, { resumed: facts });
  crashPoint('resume.queued');
  await services.temporal.start({ runId, priority: run.priority, project: run.project });
  return queued;
}

async function unpause(services: RunServices, run: RunRow, facts: ExecutionFacts): Promise<RunRow> {
  await recorded(services, run.id, facts);
  return unpauseRun(services, run.id);
}

function recorded({ db }: RunServices, runId: string, facts: ExecutionFacts): Promise<RunRow> {
  return db.transaction(async (tx) => {
    await tx.query('SELECT 1 FROM run WHERE id = $1 FOR NO KEY UPDATE', [runId]);
    await recordResume(tx, runId, facts);
    return getRun(tx, runId);
  });
}

function notResumable(run: RunRow, why: string): HoplineError {
  const hint =
    run.state === 'SUCCEEDED' ? `hopline show ${run.id}, or hopline rerun ${run.id} --from NODE` : `hopline watch ${run.id}`;
  return new HoplineError(
    'RUN_NOT_RESUMABLE',
    `run ${run.id}.state must be FAILED, CANCELLED, PAUSED or interrupted, got ${run.state}: ${why}`,
    { hint },
  );
}
