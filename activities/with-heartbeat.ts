import { CancelledFailure, Context } from '@temporalio/activity';
import { toFailure } from './to-failure.ts';

/** A sign of life every 2 s: cancellation and time-outs reach the activity with the answer. */
const BEAT_MILLISECONDS = 2_000;

/** Runs an activity's work while a timer beats. Device work runs in child processes, so the beat never waits for it. */
export async function withHeartbeat<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const context = Context.current();
  const beat = setInterval(() => context.heartbeat(), BEAT_MILLISECONDS);
  context.heartbeat();
  try {
    return await work(context.cancellationSignal);
  } catch (error) {
    if (context.cancellationSignal.aborted) throw new CancelledFailure(String(context.cancellationSignal.reason ?? 'cancelled'));
    throw toFailure(error);
  } finally {
    clearInterval(beat);
  }
}
