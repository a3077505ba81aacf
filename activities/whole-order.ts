import { randomUUID } from 'node:crypto';
import type { WorkOrder, WorkResult } from '../engine/compute/order.ts';
import { PackedRows } from '../engine/compute/row-columns.ts';
import { type LeasedTask, nodeOutcomes, type TaskCommit } from '../engine/lineage/index.ts';
import type { FoldStep, Medium, ReduceStep, SelectStep } from '../engine/plan/define-step.ts';
import type { Digest } from '../engine/plan/digest.ts';
import { HoplineError } from '../engine/plan/errors.ts';
import { nodeSeed } from '../engine/plan/seeds.ts';
import { type CommitFacts, derivationOf, wholeInputs } from './map-order.ts';
import type { RunContext } from './run-context.ts';
import type { SliceInputs } from './slice-inputs.ts';
import type { WorkerServices } from './worker-services.ts';

type WholeStep = FoldStep | SelectStep | ReduceStep;

const MEDIUM: Record<WholeStep['kind'], Medium> = { fold: 'checkpoint', select: 'decisions', reduce: 'result' };

/** The order of a whole-node task: a selection, an epoch or a reduction. `states` are the fold's states that this slice knows. */
export async function prepareWhole(
  services: Pick<WorkerServices, 'db'>,
  context: RunContext,
  inputs: SliceInputs,
  task: LeasedTask,
  states: Map<Digest, Digest>,
): Promise<WorkOrder> {
  const planned = context.planned(task.node);
  const step = context.graphNode(task.node).step as WholeStep;
  const order: WorkOrder = {
    id: randomUUID(),
    step: { module: step.module, name: step.name, version: step.version },
    kind: step.kind,
    params: planned.params,
    seed: nodeSeed(step.seeded === false ? 0 : context.run.seed),
    models: await inputs.models(planned),
    nodes: await inputs.nodes(planned, step, Object.keys(step.inputs)),
  };
  if (step.kind !== 'fold') return order;
  const epoch = task.epoch!;
  return {
    ...order,
    fold: { epoch, epochs: planned.stateKeys!.length, state: await previousState(services, context, task, states) },
  };
}

async function previousState(
  services: Pick<WorkerServices, 'db'>,
  context: RunContext,
  task: LeasedTask,
  states: Map<Digest, Digest>,
): Promise<Digest | null> {
  if (task.epoch === 0) return null;
  const key = context.planned(task.node).stateKeys![task.epoch! - 1]!;
  if (!states.has(key)) {
    for (const outcome of await nodeOutcomes(services.db, context.run.id, task.node)) states.set(outcome.key, outcome.artifact);
  }
  const artifact = states.get(key);
  if (artifact) return artifact;
  throw new HoplineError(
    'STATE_MISSING',
    `node "${task.node}" epoch ${task.epoch} must follow a committed epoch ${task.epoch! - 1}, got none`,
    { permanent: false },
  );
}

export function commitWhole(
  context: RunContext,
  task: LeasedTask,
  result: WorkResult,
  facts: CommitFacts,
  order?: WorkOrder,
): TaskCommit {
  const planned = context.planned(task.node);
  const step = context.graphNode(task.node).step as WholeStep;
  const previousKey = step.kind === 'fold' && task.epoch! > 0 ? planned.stateKeys![task.epoch! - 1] : undefined;
  const checkpointKey = step.kind === 'reduce' ? onlyCheckpoint(context, task.node) : undefined;
  return {
    ...facts,
    taskId: task.taskId,
    nodeName: task.node,
    fence: task.fence,
    result: step.kind === 'fold' ? { ...result, trainedOn: result.trainedOn ?? everySample(order) } : result,
    derivation: derivationOf(planned),
    key: task.key!,
    ...(previousKey ? { previousKey } : {}),
    ...(checkpointKey ? { checkpointKey } : {}),
    medium: MEDIUM[step.kind],
    inputs: wholeInputs(context, task.node),
  };
}

/** Metrics belong to the checkpoint that was evaluated, where there is just one. */
function onlyCheckpoint(context: RunContext, node: string): Digest | undefined {
  const parts = Object.values(context.planned(node).inputs)
    .flat()
    .filter((part) => part.medium === 'checkpoint');
  return parts.length === 1 ? context.planned(parts[0]!.node).key : undefined;
}

/** A training that doesn't say what it trained on is taken to have seen all of its samples. */
function everySample(order: WorkOrder | undefined): Digest[] {
  const inputs = Object.values(order?.nodes ?? {});
  const keys = new Set<Digest>();
  for (const input of inputs) if (input.kind === 'samples') for (const { key } of new PackedRows(input.rows)) keys.add(key);
  return [...keys];
}
