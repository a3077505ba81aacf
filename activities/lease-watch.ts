import { type Db, holdsLease, type LeasedTask } from '../engine/lineage/index.ts';

/** How often the lease of a task that is being computed is looked at. Milliseconds. Shorter tasks find out at their commit. */
const LOOK_EVERY = 2_000;

/** Runs work on a task; its signal aborts when another attempt has taken the task over, as happens to a worker that was stopped or cut off
 *  for longer than its heartbeat may take. Without an answer of the database work goes on: whoever can't ask can't commit either. */
export async function whileLeased<T>(
  db: Db,
  task: LeasedTask,
  work: (lost: AbortSignal) => Promise<T>,
  lost: () => Error,
  every = LOOK_EVERY,
): Promise<T> {
  const controller = new AbortController();
  const timer = setInterval(() => {
    holdsLease(db, task).then(
      (held) => {
        if (!held && !controller.signal.aborted) controller.abort(lost());
      },
      () => undefined,
    );
  }, every);
  try {
    return await work(controller.signal);
  } catch (error) {
    throw controller.signal.aborted ? controller.signal.reason : error;
  } finally {
    clearInterval(timer);
  }
}
