import { continueAsNew, workflowInfo } from '@temporalio/workflow';
import type { DeviceActivities, UnitRef } from './activities.ts';
import { deviceActivities } from './device-activities.ts';

export interface WorkThroughInput extends UnitRef {
  resource: string;
  activity: keyof DeviceActivities;
}

/** How a unit's workflow ended: everything committed, or put down because the run is paused. */
export type UnitEnd = 'done' | 'paused';

/** Slice after slice until nothing of the unit is left. What is left is Postgres' word, so it can be stopped and started anywhere. */
export async function workThrough<W extends (input: WorkThroughInput) => Promise<UnitEnd>>(
  input: WorkThroughInput,
): Promise<UnitEnd> {
  const { resource, activity, ...unit } = input;
  const activities = deviceActivities(resource);
  for (;;) {
    const outcome = await activities[activity](unit);
    if (outcome.done) return 'done';
    if (outcome.paused) return 'paused';
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<W>(...([input] as unknown as Parameters<W>));
  }
}
