import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { HoplineError } from '../engine/plan/errors.ts';

/** Temporal's form of an error: code in `type`, hint in `details`. What trying again can't mend is not retried. */
export function toFailure(error: unknown): Error {
  if (error instanceof CancelledFailure || error instanceof ApplicationFailure) return error;
  if (error instanceof HoplineError) {
    return ApplicationFailure.create({
      message: error.message,
      type: error.code,
      nonRetryable: error.permanent,
      details: error.hint === undefined ? [] : [error.hint],
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
