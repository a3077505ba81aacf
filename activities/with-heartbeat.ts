import { CancelledFailure, Context } from '@temporalio/activity';
import { dropActivity, holdActivity } from '../engine/lineage/index.ts';
import { toFailure } from './to-failure.ts';
import type { WorkerServices } from './worker-services.ts';

/** A sign of life every 2 s: cancellation and time-outs reach the activity with the answer. */
const BEAT_MILLISECONDS = 2_000;

/** Runs an activity's work while a timer beats. Device work runs in child processes, so the beat never waits for it. While it runs, the
 *  database knows that this worker has it in hand. */
export async function withHeartbeat<T>(
  services: Pick<WorkerServices, 'db' | 'gate' | 'worker'>,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const context = Context.current();
  const { taskToken, workflowExecution, activityType, attempt } = context.info;
  const beat = setInterval(() => context.heartbeat(), BEAT_MILLISECONDS);
  context.heartbeat();
  try {
    services.gate.assertOpen();
    await holdActivity(services.db, services.worker, {
      taskToken,
      workflowId: workflowExecution?.workflowId ?? '',
      activity: activityType,
    });
    return await work(context.cancellationSignal);
  } catch (error) {
    services.gate.note(error);
    if (context.cancellationSignal.aborted) throw new CancelledFailure(String(context.cancellationSignal.reason ?? 'cancelled'));
    throw toFailure(error, attempt);
  } finally {
    clearInterval(beat);
    // A row that stays names a token that is used up: whoever takes it over is told so.
    void dropActivity(services.db, taskToken).catch(() => undefined);
  }
}
