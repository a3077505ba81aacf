import { ActivityFailure, ApplicationFailure, ChildWorkflowFailure } from '@temporalio/workflow';

/** Walks to the cause that a user can act on. Activities put the error's code in `type` and its hint in `details`. */
export function describeFailure(error: unknown): { code: string; message: string; hint?: string } {
  let cause: unknown = error;
  while ((cause instanceof ActivityFailure || cause instanceof ChildWorkflowFailure) && cause.cause) cause = cause.cause;
  if (cause instanceof ApplicationFailure) {
    const hint = cause.details?.[0];
    return { code: cause.type ?? 'INTERNAL', message: cause.message, ...(typeof hint === 'string' ? { hint } : {}) };
  }
  return { code: 'INTERNAL', message: cause instanceof Error ? cause.message : String(cause) };
}
