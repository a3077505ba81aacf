import { setTimeout as sleep } from 'node:timers/promises';
import { getRun } from '../engine/lineage/index.ts';
import { HoplineError } from '../engine/plan/errors.ts';
import { resumeGarbage } from '../engine/runs/collect-garbage.ts';
import type { ControlActivities, DeviceActivities, SliceOutcome, UnitRef } from '../workflows/activities.ts';
import { failRun, finishRun, markCancelled } from './finish-run.ts';
import { planRun } from './plan.ts';
import { withObjects } from './remake/with-objects.ts';
import { finishVerification } from './verify/finish-verification.ts';
import { planVerification } from './verify/plan-verification.ts';
import { verifySlice } from './verify/verify-slice.ts';
import { withHeartbeat } from './with-heartbeat.ts';
import { workSlice } from './work-slice.ts';
import type { WorkerServices } from './worker-services.ts';

/** Activities of the control queue. */
export function controlActivities(services: WorkerServices): ControlActivities {
  return {
    plan: ({ runId }) =>
      withHeartbeat(services, async (signal) =>
        (await verifies(services, runId)) ? planVerification(services, runId, signal) : planRun(services, runId),
      ),
    finishRun: ({ runId }) =>
      withHeartbeat(services, async () => {
        if (await verifies(services, runId)) return finishVerification(services, runId);
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

/** Activities of a resource class. Five names, one way of working: lease, hand to a device host, commit. And `verify`, which leases and commits
 *  nothing. */
export function deviceActivities(services: WorkerServices): DeviceActivities {
  const activity =
    (work: Work) =>
    (unit: UnitRef): Promise<SliceOutcome> =>
      withHeartbeat(services, (cancelled) =>
        services.runWatch.during(unit.runId, async (unwanted) => {
          try {
            const signal = AbortSignal.any([cancelled, unwanted]);
            return await work(unit, signal);
          } catch (error) {
            // A collector died between condemning and deleting: until somebody ends its work, what it condemned can't be committed.
            if (error instanceof HoplineError && error.code === 'OBJECT_CONDEMNED') await resumeGarbage(services).catch(() => 0);
            throw error;
          } finally {
            if (unwanted.aborted) await untilCancelled(services, unit.runId, cancelled);
          }
        }),
      );
  const slice = activity(async (unit, signal) => {
    const context = await withObjects(services, unit.runId, signal, () => services.contexts.get(unit.runId));
    return workSlice(services, context, unit, signal);
  });
  const verify = activity((unit, signal) => verifySlice(services, unit, signal));
  return { generate: slice, score: slice, select: slice, trainEpoch: slice, evaluate: slice, verify };
}

type Work = (unit: UnitRef, signal: AbortSignal) => Promise<SliceOutcome>;

const verifies = async ({ db }: WorkerServices, runId: string): Promise<boolean> =>
  (await getRun(db, runId)).verifiesRunId !== null;

/** Whoever wished the cancellation may have died before telling Temporal: then it is told from here. */
async function untilCancelled(services: WorkerServices, runId: string, cancelled: AbortSignal): Promise<void> {
  await sleep(CANCELLATION_COMES_WITHIN, undefined, { signal: cancelled }).catch(() => undefined);
  if (!cancelled.aborted) await services.temporal.cancel(runId).catch(() => false);
}
