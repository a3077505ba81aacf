import { type Db, failedAttempts, failTask, type LeasedTask, nodeStanding } from '../engine/lineage/index.ts';
import { HoplineError } from '../engine/plan/errors.ts';
import { staleLease } from './commit-queue.ts';
import { failureClass } from './failure-class.ts';

/** A task that has failed so often without an error of its own is poison: it takes the device with it. */
const MOST_ATTEMPTS = 6;
/** Tasks of a node that may fail for good, none having succeeded, before the run is given up: the step itself is broken. */
const HOPELESS_AFTER = 3;

/** Marks a map task as failed for good, so that others go on and a resume tries it again.
 *  @throws the error itself, permanent, when the whole node is hopeless; STALE_LEASE */
export async function failForGood(db: Db, task: LeasedTask, error: HoplineError, tries: number): Promise<void> {
  const { code, hint } = error;
  const message = tries > 1 ? `${error.message} (${tries} attempts)` : error.message;
  const hinted = hint === undefined ? {} : { hint };
  const own = await failTask(db, { taskId: task.taskId, fence: task.fence, error: { code, message, ...hinted } });
  if (!own) throw staleLease(task.taskId);
  const { failed, committed } = await nodeStanding(db, task.taskId);
  if (failed < HOPELESS_AFTER || committed > 0) return;
  throw new HoplineError(code, `${message}; ${failed} tasks of node "${task.node}" failed and none succeeded`, {
    ...hinted,
    cause: error,
  });
}

/** Writes down why an attempt ended that takes its slice with it. An outage is not the task's fault and isn't counted.
 *  @throws TASK_POISONED, or MODEL_UNAVAILABLE, when the task has failed too often */
export async function recordFailure(db: Db, task: LeasedTask, error: unknown): Promise<void> {
  if (failureClass(error) === 'outage') return;
  const known = error instanceof HoplineError;
  const code = known ? error.code : 'INTERNAL';
  const message = error instanceof Error ? error.message : String(error);
  const permanent = known && error.permanent;
  const { taskId, fence } = task;
  await failTask(db, { taskId, fence, error: { code, message }, terminal: permanent }).catch(() => false);
  if (permanent || (await failedAttempts(db, taskId).catch(() => 0)) < MOST_ATTEMPTS) return;
  // A server that is away is no fault of the batch, and says so itself.
  if (known && code === 'MODEL_UNAVAILABLE') {
    const hint = error.hint === undefined ? {} : { hint: error.hint };
    throw new HoplineError(code, `${message}; task ${taskId} of node "${task.node}" was tried ${MOST_ATTEMPTS} times`, hint);
  }
  throw new HoplineError(
    'TASK_POISONED',
    `task ${taskId} of node "${task.node}" must finish within ${MOST_ATTEMPTS} attempts, got ${code}: ${message}`,
    { hint: 'the batch takes its device host with it each time; look into the worker log, then hopline resume', cause: error },
  );
}
