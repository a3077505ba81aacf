import { setTimeout as sleep } from 'node:timers/promises';
import { HoplineError } from '../engine/plan/errors.ts';
import { resumeGarbage } from '../engine/runs/collect-garbage.ts';
import type { ControlActivities, DeviceActivities } from '../workflows/activities.ts';
import { failRun, finishRun, markCancelled } from './finish-run.ts';
import { planRun } from './plan.ts';
import { withObjects } from './remake/with-objects.ts';
import { withHeartbeat } from './with-heartbeat.ts';
import { workSlice } from './work-slice.ts';
import type { WorkerServices } from './worker-services.ts';

/** Activities of the control queue. */
export function controlActivities(services: WorkerServices): ControlActivities {
  return {
    plan: ({ runId }) => withHeartbeat(services, () => planRun(services, runId)),
    finishRun: ({ runId }) =>
      withHeartbeat(services, async () => {
        const { plan } = await services.contexts.get(runId);
        await finishRun(
          services,
          runId,
          plan.nodes.map((node) => node.name),
        );
      }),
    failRun: ({ runId, ...error }) => withHeartbeat(services, () => failRun(services, runId, error)),
    markCancelled: ({ runId }) => withHeartbeat(services, () => markCancelled(services, runId)),
  };
}

/** A run that is to be cancelled is seen in the database before Temporal says so with a heartbeat: that word is waited for so long.
 *  Milliseconds. */
const CANCELLATION_COMES_WITHIN = 5_000;

/** Activities of a resource class. Five names, one way of working: lease, hand to a device host, commit. */
export function deviceActivities(services: WorkerServices): DeviceActivities {
  const slice: DeviceActivities['generate'] = (unit) =>
    withHeartbeat(services, (cancelled) =>
      services.runWatch.during(unit.runId, async (unwanted) => {
        try {
          const signal = AbortSignal.any([cancelled, unwanted]);
          const context = await withObjects(services, unit.runId, signal, () => services.contexts.get(unit.runId));
          return await workSlice(services, context, unit, signal);
        } catch (error) {
          // A collector died between condemning and deleting: until somebody ends its work, what it condemned can't be committed.
          if (error instanceof HoplineError && error.code === 'OBJECT_CONDEMNED') await resumeGarbage(services).catch(() => 0);
          throw error;
        } finally {
          if (unwanted.aborted) await untilCancelled(services, unit.runId, cancelled);
        }
      }),
    );
  return { generate: slice, score: slice, select: slice, trainEpoch: slice, evaluate: slice };
}

/** Whoever wished the cancellation may have died before telling Temporal: then it is told from here. */
async function untilCancelled(services: WorkerServices, runId: string, cancelled: AbortSignal): Promise<void> {
  await sleep(CANCELLATION_COMES_WITHIN, undefined, { signal: cancelled }).catch(() => undefined);
  if (!cancelled.aborted) await services.temporal.cancel(runId).catch(() => false);
}
