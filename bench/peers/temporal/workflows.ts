import { proxyActivities } from '@temporalio/workflow';
import type * as activities from '../task.ts';

export interface WorkloadOptions {
  param: string;
  /** How often an activity is tried; 0: Temporal's default, without end. */
  attempts: number;
}

/** The workload as one Temporal workflow: as many chains as batches, all at once; the worker's slots bound what runs. */
export async function workload({ param, attempts }: WorkloadOptions): Promise<number> {
  const { source, task, reduce } = proxyActivities<typeof activities>({
    startToCloseTimeout: '10s',
    ...(attempts > 0 ? { retry: { maximumAttempts: attempts } } : {}),
  });
  const chains = (await source()).map(async (batch) => {
    await task(batch, 1);
    await task(batch, 2);
    await task(batch, 3, param);
  });
  await Promise.all(chains);
  return reduce();
}
