import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { HoplineError } from '../engine/plan/errors.ts';

/** Another worker may have the code that this one lacks, as during an upgrade: about two minutes of attempts, then the run is told. */
const PATIENT = new Set(['WORKER_CODE_DIFFERS', 'PIPELINE_NOT_FOUND']);
const PATIENCE = 8;

/** A worker that can't reach these takes no work until it can (`reach-gate.ts`), so trying again soon loads nobody. With the usual pauses, which
 *  double with every attempt, a run would stand still for up to a minute after the service is back. */
const AWAY = new Set(['DATABASE_UNREACHABLE', 'STORE_UNREACHABLE']);

/** Temporal's form of an error: code in `type`, hint in `details`. What trying again can't mend is not retried.
 *  @param attempt of the activity, from 1 */
export function toFailure(error: unknown, attempt = PATIENCE): Error {
  if (error instanceof CancelledFailure || error instanceof ApplicationFailure) return error;
  if (error instanceof HoplineError) {
    return ApplicationFailure.create({
      message: error.message,
      type: error.code,
      nonRetryable: error.permanent && (attempt >= PATIENCE || !PATIENT.has(error.code)),
      details: error.hint === undefined ? [] : [error.hint],
      ...(AWAY.has(error.code) ? { nextRetryDelay: '1 second' } : {}),
    });
  }
  const message = error instanceof Error ? error.message : String(error);
  return ApplicationFailure.create({
    message,
    type: 'INTERNAL',
    nonRetryable: false,
    ...(error instanceof Error ? { cause: error } : {}),
  });
}
