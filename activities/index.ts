import type { ControlActivities, DeviceActivities } from '../workflows/activities.ts';
import { failRun, finishRun, markCancelled } from './finish-run.ts';
import { planRun } from './plan.ts';
import { withHeartbeat } from './with-heartbeat.ts';
import { workSlice } from './work-slice.ts';
import type { WorkerServices } from './worker-services.ts';

/** Activities of the control queue. */
export function controlActivities(services: WorkerServices): ControlActivities {
  return {
    plan: ({ runId }) => withHeartbeat(() => planRun(services, runId)),
    finishRun: ({ runId }) =>
      withHeartbeat(async () => {
        const { plan } = await services.contexts.get(runId);
        await finishRun(
          services,
          runId,
          plan.nodes.map((node) => node.name),
        );
      }),
    failRun: ({ runId, ...error }) => withHeartbeat(() => failRun(services, runId, error)),
    markCancelled: ({ runId }) => withHeartbeat(() => markCancelled(services, runId)),
  };
}

/** Activities of a resource class. Five names, one way of working: lease, hand to a device host, commit. */
export function deviceActivities(services: WorkerServices): DeviceActivities {
  const slice: DeviceActivities['generate'] = (unit) =>
    withHeartbeat(async (signal) => workSlice(services, await services.contexts.get(unit.runId), unit, signal));
  return { generate: slice, score: slice, select: slice, trainEpoch: slice, evaluate: slice };
}
