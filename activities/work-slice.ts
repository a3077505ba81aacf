import { crashPoint } from '../engine/faults/crash-point.ts';
import { holdsLease, type LeasedTask, leaseTasks, releaseTasks, type TaskUnit, unitFailure } from '../engine/lineage/index.ts';
import { HoplineError } from '../engine/plan/errors.ts';
import type { FailureInfo, SliceOutcome, UnitRef } from '../workflows/activities.ts';
import { staleLease } from './commit-queue.ts';
import { failureClass } from './failure-class.ts';
import type { RunContext } from './run-context.ts';
import { Slice } from './slice.ts';
import { SliceTasks, TRIES } from './slice-tasks.ts';
import { failForGood, recordFailure } from './task-failures.ts';
import { TaskFeed } from './task-feed.ts';
import { TaskPace } from './task-pace.ts';
import type { WorkerServices } from './worker-services.ts';

/** Works through what is left of a unit until it is done, the slice's time is up, the run is paused or the worker is leaving. Each task
 *  is committed in its own right; whatever happens, nothing committed is done again. A map task that fails for good stops only what
 *  depends on it. */
export async function workSlice(
  services: WorkerServices,
  context: RunContext,
  unit: UnitRef,
  signal: AbortSignal,
): Promise<SliceOutcome> {
  const { db, worker } = services;
  const slice = new Slice(services, context, signal);
  let paused = false;
  const pace = new TaskPace(context.plan, unit);
  const began = Date.now();
  const secondsLeft = (): number => services.sliceSeconds() - (Date.now() - began) / 1000;
  const mustStop = (): boolean => {
    if (signal.aborted || services.draining()) return true;
    paused ||= services.runWatch.isPaused(unit.runId);
    return paused;
  };
  const feed = new TaskFeed(
    async (limit, after) => {
      const leased = await leaseTasks(db, {
        runId: unit.runId,
        unit: taskUnit(unit),
        worker,
        limit,
        ...(after ? { after } : {}),
      });
      crashPoint('slice.leased');
      // Nothing after a task that is no longer ours says nothing about what is left.
      if (after && leased.length === 0 && !(await holdsLease(db, after))) throw staleLease(after.taskId);
      return leased;
    },
    () => pace.tasksFor(secondsLeft()),
    (leased) => slice.begin(leased),
  );
  const tasks = new SliceTasks(feed);
  let handled = 0;
  let stopped = false;
  try {
    for (;;) {
      stopped = mustStop();
      if (stopped) break;
      const fresh = handled === 0 || secondsLeft() > 0;
      const task = await tasks.next({ fresh, signal });
      if (!task) break;
      await workOn(services, slice, tasks, task, signal);
      handled++;
    }
    await slice.commits.drain();
    if (handled > 0) crashPoint('slice.committed');
    stopped ||= mustStop() || feed.rest.length > 0 || !feed.isExhausted;
    if (stopped) return { done: false, paused, committed: slice.commits.committed };
    const failure = await failureOf(services, unit, tasks.waiting);
    return { done: true, paused, committed: slice.commits.committed, ...(failure ? { failure } : {}) };
  } finally {
    // What was computed is committed, also when a later task failed: the next attempt's lease would make it stale.
    await slice.commits.settle();
    pace.observe((Date.now() - began) / 1000, handled);
    if (tasks.open.length > 0) await releaseTasks(db, tasks.open).catch(() => 0);
    if (handled > 0) crashPoint('slice.released');
  }
}

/** @throws what ends the slice: an outage, what concerns the whole run, and everything but a map task's own failure */
async function workOn(
  services: WorkerServices,
  slice: Slice,
  tasks: SliceTasks,
  task: LeasedTask,
  signal: AbortSignal,
): Promise<void> {
  try {
    if ((await slice.work(task)) === 'blocked') tasks.block();
    else {
      if (tasks.isRetry(task)) tasks.unblock();
      tasks.settle();
    }
  } catch (error) {
    // A commit of this slice that failed says nothing about the task in hand.
    if (signal.aborted || slice.commits.failed.aborted) throw error;
    if (task.planShard === null || failureClass(error) !== 'task') {
      await recordFailure(services.db, task, error);
      throw error;
    }
    const own = error as HoplineError;
    if (!own.permanent && tasks.tryAgain()) return;
    // Its siblings' commits tell whether the node is hopeless.
    await slice.commits.settle();
    await failForGood(services.db, task, own, own.permanent ? 1 : TRIES);
    tasks.settle();
  }
}

/** Why a unit that has nothing left to do is not complete, if it isn't. */
async function failureOf(
  { db }: WorkerServices,
  unit: UnitRef,
  waiting: readonly LeasedTask[],
): Promise<FailureInfo | undefined> {
  const failure = await unitFailure(db, unit.runId, taskUnit(unit));
  if (failure) {
    const { error, tasks } = failure;
    return tasks === 1 ? error : { ...error, message: `${error.message}, and ${tasks - 1} more tasks failed` };
  }
  const [task] = waiting;
  if (!task) return undefined;
  throw new HoplineError(
    'PARENT_MISSING',
    `task ${task.taskId} of node "${task.node}" must find its inputs made, got none of an input's and no task that failed`,
    { hint: `hopline resume ${unit.runId} plans what is missing anew` },
  );
}

const taskUnit = (unit: UnitRef): TaskUnit =>
  unit.node === undefined ? { stage: unit.stage!, shard: unit.shard! } : { node: unit.node };
