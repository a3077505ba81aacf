import { CancellationScope, condition } from '@temporalio/workflow';
import type { FailureInfo } from './activities.ts';

export interface Scheduled {
  id: string;
  dependsOn: string[];
}

/** Runs a part of a unit. A failure that it returns stops nothing but what depends on the unit; an error that it throws stops everything. */
export type Job = () => Promise<FailureInfo | undefined>;

/** Runs units as their dependencies are done, at most `window` jobs at a time. The first error cancels the others: what they have
 *  committed stays, and a resume goes on from there. Returns the failures that stopped only a part. */
export async function schedule<U extends Scheduled>(
  units: readonly U[],
  done: Set<string>,
  jobsOf: (unit: U) => Job[],
  window: number,
): Promise<FailureInfo[]> {
  const failures: FailureInfo[] = [];
  const dead = new Set<string>();
  await CancellationScope.cancellable(async () => {
    const scope = CancellationScope.current();
    let inFlight = 0;
    let stopped: { error: unknown } | undefined;
    const start = async (job: Job): Promise<boolean> => {
      await condition(() => inFlight < window || stopped !== undefined);
      if (stopped) return false;
      inFlight++;
      try {
        const failure = await job();
        if (failure) failures.push(failure);
        return failure === undefined;
      } catch (error) {
        stopped ??= { error };
        scope.cancel();
        return false;
      } finally {
        inFlight--;
      }
    };
    const runUnit = async (unit: U): Promise<void> => {
      await condition(
        () => stopped !== undefined || unit.dependsOn.every((id) => done.has(id)) || unit.dependsOn.some((id) => dead.has(id)),
      );
      if (stopped) return;
      const reachable = unit.dependsOn.every((id) => done.has(id));
      const complete = reachable && (await Promise.all(jobsOf(unit).map(start))).every(Boolean);
      if (complete) done.add(unit.id);
      else dead.add(unit.id);
    };
    const results = await Promise.allSettled(units.filter((unit) => !done.has(unit.id)).map(runUnit));
    if (stopped) throw stopped.error;
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  });
  return failures;
}
