import { makeContinueAsNewFunc, workflowInfo } from '@temporalio/workflow';
import type { DeviceActivities, FailureInfo, UnitRef } from './activities.ts';
import { deviceActivities } from './device-activities.ts';
import { HEARTBEAT_SECONDS } from './queues.ts';

export interface WorkThroughInput extends UnitRef {
  resource: string;
  activity: keyof DeviceActivities;
  /** Default HEARTBEAT_SECONDS. */
  heartbeatSeconds?: number;
}

/** How a unit's workflow ended. `done`: everything committed. `paused`: put down because the run is paused. `failed`: what can be done is
 *  committed, and a task failed for good. */
export type UnitEnd = { end: 'done' } | { end: 'paused' } | { end: 'failed'; failure: FailureInfo };

/** Slice after slice until nothing of the unit is left. What is left is Postgres' word, so it can be stopped and started anywhere. */
export async function workThrough<W extends (input: WorkThroughInput) => Promise<UnitEnd>>(
  input: WorkThroughInput,
): Promise<UnitEnd> {
  const { resource, activity, heartbeatSeconds = HEARTBEAT_SECONDS, ...unit } = input;
  const activities = deviceActivities(resource, heartbeatSeconds);
  for (;;) {
    const { done, paused, failure } = await activities[activity](unit);
    if (done) return failure ? { end: 'failed', failure } : { end: 'done' };
    if (paused) return { end: 'paused' };
    const { continueAsNewSuggested, targetWorkerDeploymentVersionChanged } = workflowInfo();
    if (continueAsNewSuggested || targetWorkerDeploymentVersionChanged) await continueWith<W>(input);
  }
}

/** The next execution begins with the build that takes new runs: this is where a run that is pinned to its build moves on. */
const continueWith = <W extends (input: WorkThroughInput) => Promise<UnitEnd>>(input: WorkThroughInput): Promise<never> =>
  makeContinueAsNewFunc<W>({ initialVersioningBehavior: 'AUTO_UPGRADE' })(...([input] as unknown as Parameters<W>));
