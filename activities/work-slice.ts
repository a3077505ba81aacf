import { crashPoint } from '../engine/faults/crash-point.ts';
import { leaseTasks, releaseTasks, type TaskUnit } from '../engine/lineage/index.ts';
import type { SliceOutcome, UnitRef } from '../workflows/activities.ts';
import { PauseWatch } from './pause-watch.ts';
import type { RunContext } from './run-context.ts';
import { Slice } from './slice.ts';
import type { WorkerServices } from './worker-services.ts';

/** Works through what is left of a unit until it is done, the slice's time is up, the run is paused or the worker is leaving. Each task
 *  is committed in its own right; whatever happens, nothing committed is done again. */
export async function workSlice(
  services: WorkerServices,
  context: RunContext,
  unit: UnitRef,
  signal: AbortSignal,
): Promise<SliceOutcome> {
  const leased = await leaseTasks(services.db, { runId: unit.runId, unit: taskUnit(unit), worker: services.worker });
  crashPoint('slice.leased');
  if (leased.length === 0) return { done: true, paused: false, committed: 0 };
  const slice = new Slice(services, context, signal);
  const pauses = new PauseWatch(services, unit.runId);
  const began = Date.now();
  const isUsedUp = (): boolean => Date.now() - began > services.sliceSeconds() * 1000;
  let next = 0;
  try {
    await slice.begin(leased);
    while (next < leased.length) {
      if (signal.aborted || services.draining() || (next > 0 && isUsedUp()) || pauses.paused()) break;
      await slice.work(leased[next]!);
      next++;
    }
    await slice.commits.drain();
    crashPoint('slice.committed');
  } finally {
    // What was computed is committed, also when a later task failed: the next attempt's lease would make it stale.
    await slice.commits.settle();
    if (next < leased.length) await releaseTasks(services.db, leased.slice(next)).catch(() => 0);
    crashPoint('slice.released');
  }
  return { done: next === leased.length, paused: pauses.seen, committed: slice.commits.committed };
}

const taskUnit = (unit: UnitRef): TaskUnit =>
  unit.node === undefined ? { stage: unit.stage!, shard: unit.shard! } : { node: unit.node };
