import { createRun, getRun, isFinished, type RunRow } from '../lineage/index.ts';
import { HoplineError } from '../plan/errors.ts';
import { describeEnvironment } from './environment.ts';
import type { RunServices } from './services.ts';

export interface VerifyRequest {
  /** How much of the tasks that have something to compare with to execute again: above 0, to 1. Rounded up, one at least. */
  share: number;
  /** Of the stream that draws them. A whole number >= 0. Default 0. */
  seed?: number;
}

/** A new run that executes a share of a run's derivations again, on whatever workers there are, and records for each whether the same came out,
 *  something within the step's tolerance, or something else. Its parent is the run that it verifies, of which nothing changes.
 *  @throws VERIFY_INVALID, RUN_NOT_FOUND, RUN_NOT_VERIFIABLE, TEMPORAL_*, STORE_*; nothing is stored then */
export async function verifyRun(services: RunServices, runId: string, { share, seed = 0 }: VerifyRequest): Promise<RunRow> {
  if (!(share > 0 && share <= 1)) throw invalid('share must be above 0 and at most 1', share);
  if (!Number.isSafeInteger(seed) || seed < 0) throw invalid('seed must be a whole number >= 0', seed);
  const subject = await getRun(services.db, runId);
  assertVerifiable(subject);
  await services.temporal.check();
  await services.store.check();
  const run = await createRun(services.db, {
    project: subject.project,
    pipeline: subject.pipeline,
    pipelineVersion: subject.pipelineVersion,
    params: subject.params,
    seed: subject.seed,
    priority: subject.priority,
    parentRunId: subject.id,
    pins: subject.pins,
    verifies: { runId: subject.id, order: { share, seed } },
    ...(await describeEnvironment()),
  });
  await services.temporal.start({ runId: run.id, priority: run.priority, project: run.project });
  return run;
}

function assertVerifiable(run: RunRow): void {
  const refuse = (rule: string, got: string, hint: string): HoplineError =>
    new HoplineError('RUN_NOT_VERIFIABLE', `run ${run.id} must ${rule}, got ${got}`, { hint });
  if (run.verifiesRunId !== null)
    throw refuse('make things', `a run that verifies ${run.verifiesRunId}`, `hopline verify ${run.verifiesRunId}`);
  if (!isFinished(run.state)) throw refuse('be finished', run.state, `hopline watch ${run.id}`);
  if (run.planDigest === null) throw refuse('have a plan', 'none: it ended before it was planned', `hopline resume ${run.id}`);
}

const invalid = (rule: string, got: number): HoplineError =>
  new HoplineError('VERIFY_INVALID', `verify.${rule}, got ${got}`, { hint: 'hopline verify RUN --share 0.01' });
