import { ActivityNotFoundError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { type Guarded, isNotFound } from './guarded.ts';

/** Ends attempts at activities whose worker has died, so that the next ones start at once instead of after a heartbeat time-out. */
export interface TemporalFailover {
  /** By the token of the attempt. False when it had ended already. */
  loseActivity(taskToken: Uint8Array, message: string): Promise<boolean>;
  /** Whatever Temporal believes to be in the hands of a worker: also what it was given in its last moment. Returns how many. The next task of
   *  an open workflow goes to whoever is free: Temporal would keep it 2 s for the worker that has the workflow in memory. */
  loseActivitiesOf(workerIdentity: string, message: string): Promise<number>;
}

/** temporal.api.enums.v1.PendingActivityState */
const STARTED = 2;

export function temporalFailover(guarded: Guarded): TemporalFailover {
  const lost = (message: string): ApplicationFailure =>
    ApplicationFailure.create({ message, type: 'WORKER_LOST', nextRetryDelay: 1 });
  const unlessEnded = async (fail: () => Promise<void>): Promise<boolean> => {
    try {
      await fail();
      return true;
    } catch (error) {
      if (error instanceof ActivityNotFoundError) return false;
      throw error;
    }
  };
  return {
    loseActivity: (taskToken, message) => guarded((client) => unlessEnded(() => client.activity.fail(taskToken, lost(message)))),
    loseActivitiesOf: (workerIdentity, message) =>
      guarded(async (client) => {
        let count = 0;
        for await (const { workflowId, runId } of client.workflow.list({ query: `ExecutionStatus = 'Running'` })) {
          await client.workflowService
            .resetStickyTaskQueue({ namespace: client.options.namespace, execution: { workflowId, runId } })
            .catch(unlessGone);
          const { raw } = await client.workflow.getHandle(workflowId, runId).describe();
          for (const { activityId, state, lastWorkerIdentity } of raw.pendingActivities ?? []) {
            if (state !== STARTED || lastWorkerIdentity !== workerIdentity || !activityId) continue;
            const id = { workflowId, runId, activityId };
            if (await unlessEnded(() => client.activity.fail(id, lost(message)))) count++;
          }
        }
        return count;
      }),
  };
}

/** It has ended meanwhile. */
function unlessGone(error: unknown): void {
  if (!isNotFound(error)) throw error;
}
