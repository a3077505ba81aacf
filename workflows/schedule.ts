import { CancellationScope, condition } from '@temporalio/workflow';

export interface Scheduled {
  id: string;
  dependsOn: string[];
}

/** Runs units as their dependencies are done, at most `window` jobs at a time. The first failure cancels the others: what they have
 *  committed stays, and a resume goes on from there. */
export async function schedule<U extends Scheduled>(
  units: readonly U[],
  done: Set<string>,
  jobsOf: (unit: U) => (() => Promise<void>)[],
  window: number,
): Promise<void> {
  await CancellationScope.cancellable(async () => {
    const scope = CancellationScope.current();
    let inFlight = 0;
    let failure: unknown;
    const start = async (job: () => Promise<void>): Promise<void> => {
      await condition(() => inFlight < window || failure !== undefined);
      if (failure !== undefined) return;
      inFlight++;
      try {
        await job();
      } catch (error) {
        failure ??= error;
        scope.cancel();
      } finally {
        inFlight--;
      }
    };
    const runUnit = async (unit: U): Promise<void> => {
      await condition(() => failure !== undefined || unit.dependsOn.every((id) => done.has(id)));
      if (failure !== undefined) return;
      const jobs = jobsOf(unit);
      await Promise.all(jobs.map(start));
      if (failure === undefined) done.add(unit.id);
    };
    const results = await Promise.allSettled(units.filter((unit) => !done.has(unit.id)).map(runUnit));
    if (failure !== undefined) throw failure;
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  });
}
