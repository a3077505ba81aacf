import {
  ApplicationFailure,
  CancellationScope,
  ChildWorkflowCancellationType,
  condition,
  defineSignal,
  executeChild,
  getExternalWorkflowHandle,
  isCancellation,
  ParentClosePolicy,
  patched,
  setHandler,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import type { RunUnit } from '../engine/plan/plan-types.ts';
import type { DeviceActivities, FailureInfo, PlannedUnit } from './activities.ts';
import { controlActivities } from './control-activities.ts';
import { describeFailure } from './describe-failure.ts';
import type { fold } from './fold.ts';
import { CONTROL_QUEUE } from './queues.ts';
import { type Job, schedule } from './schedule.ts';
import type { shard } from './shard.ts';
import type { verify } from './verify.ts';
import type { wholeNode } from './whole-node.ts';
import type { UnitEnd, WorkThroughInput } from './work-through.ts';

export const pauseSignal = defineSignal('pause');
export const unpauseSignal = defineSignal('unpause');

export interface RunInput {
  runId: string;
  /** Children in flight. Default 32: far below the 2,000 that the server allows, far above the devices of a site. */
  window?: number;
  /** How long a worker may be silent. Default HEARTBEAT_SECONDS. */
  heartbeatSeconds?: number;
}

/** One execution of a pipeline, from its plan to its root digest. It knows ids only; what exists is Postgres' word, so a new execution
 *  of the same run goes on where the last one was. */
export async function run(input: RunInput): Promise<void> {
  let paused = false;
  setHandler(pauseSignal, () => {
    paused = true;
  });
  setHandler(unpauseSignal, () => {
    paused = false;
  });
  try {
    const { units, verifies = false } = await controlActivities.plan({ runId: input.runId });
    const done = new Set(units.filter((unit) => unit.done).map((unit) => unit.id));
    const jobsOf = (unit: PlannedUnit): Job[] =>
      shardsOf(unit).map((index) => async () => {
        for (;;) {
          await condition(() => !paused);
          const id = `${workflowInfo().workflowId}/${unit.id}${unit.kind === 'stage' ? `/${index}` : ''}`;
          const outcome = await startUnit(id, unit, input, index, verifies);
          if (outcome.end === 'done') return undefined;
          if (outcome.end === 'failed') return outcome.failure;
          // The slice saw the pause in the database; its signal may still be on the way, or may already have been lifted.
          await condition(() => paused, '1 second');
        }
      });
    const [failure] = await schedule(units, done, jobsOf, input.window ?? 32);
    if (failure) throw ApplicationFailure.create({ ...failureFields(failure), nonRetryable: true });
    await controlActivities.finishRun({ runId: input.runId });
  } catch (error) {
    await CancellationScope.nonCancellable(async () => {
      if (isCancellation(error)) await controlActivities.markCancelled({ runId: input.runId });
      else await controlActivities.failRun({ runId: input.runId, ...describeFailure(error) });
    });
    if (isCancellation(error)) throw error;
    const { code, message } = describeFailure(error);
    throw ApplicationFailure.nonRetryable(message, code);
  }
}

/** What is done needs no child. Plans that were made before they said so have no such list. */
const shardsOf = ({ shards, openShards }: PlannedUnit): number[] =>
  openShards ?? Array.from({ length: shards }, (_, index) => index);

const CHILD: Record<RunUnit['kind'], { workflow: 'shard' | 'fold' | 'wholeNode'; activity: keyof DeviceActivities }> = {
  stage: { workflow: 'shard', activity: 'generate' },
  fold: { workflow: 'fold', activity: 'trainEpoch' },
  select: { workflow: 'wholeNode', activity: 'select' },
  reduce: { workflow: 'wholeNode', activity: 'evaluate' },
};

const VERIFY = { workflow: 'verify', activity: 'verify' } as const;

const failureFields = ({ code, message, hint }: FailureInfo) => ({
  type: code,
  message,
  details: hint === undefined ? [] : [hint],
});

type Child = typeof shard | typeof fold | typeof wholeNode | typeof verify;

/** Runs a unit's workflow to its end. A cancellation waits for the child's start and then goes to it by name: what Temporal sends a child
 *  whose start is not confirmed yet gets lost, and the child would work on. */
async function startUnit(workflowId: string, unit: RunUnit, input: RunInput, index: number, verifies: boolean): Promise<UnitEnd> {
  const { workflow, activity } = verifies ? VERIFY : CHILD[unit.kind];
  const place = unit.kind === 'stage' ? { stage: Number(unit.id.slice('stage/'.length)), shard: index } : { node: unit.name };
  const { runId, heartbeatSeconds } = input;
  const args: WorkThroughInput = {
    runId,
    resource: unit.resource,
    activity: unit.scores && !verifies ? 'score' : activity,
    ...(heartbeatSeconds === undefined ? {} : { heartbeatSeconds }),
    ...place,
  };
  const options = {
    workflowId,
    taskQueue: CONTROL_QUEUE,
    args: [args] as [WorkThroughInput],
    cancellationType: ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED,
    parentClosePolicy: ParentClosePolicy.TERMINATE,
  };
  if (!patched('children-cancelled-by-name')) return executeChild<Child>(workflow, options);
  const child = await CancellationScope.nonCancellable(() => startChild<Child>(workflow, options));
  let ended = false;
  CancellationScope.current().cancelRequested.catch(async () => {
    if (ended) return;
    // It may end by itself before the request arrives.
    await CancellationScope.nonCancellable(() => getExternalWorkflowHandle(workflowId).cancel()).catch(() => undefined);
  });
  try {
    return await child.result();
  } finally {
    ended = true;
  }
}
