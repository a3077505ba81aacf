import { randomUUID } from 'node:crypto';
import type { MadeItem, OrderItem, WorkOrder, WorkResult } from '../engine/compute/order.ts';
import type { LeasedTask, TaskCommit } from '../engine/lineage/index.ts';
import { isLoaded, type MapStep, sampleRoles } from '../engine/plan/define-step.ts';
import type { Digest } from '../engine/plan/digest.ts';
import { NO_KEY } from '../engine/plan/plan-page.ts';
import type { PlanItem } from '../engine/plan/plan-types.ts';
import type { RunContext } from './run-context.ts';
import type { SliceInputs } from './slice-inputs.ts';

/** A map task made ready: what goes to the device, and what needs no device. */
export interface PreparedMap {
  task: LeasedTask;
  step: MapStep;
  /** null when nothing is left to compute. */
  order: WorkOrder | null;
  /** Items to compute, with their place in the node. */
  items: (PlanItem & { ordinal: number; sampleKey?: Digest })[];
  /** Items that exist already. */
  reused: { ordinal: number; key: Digest; rootKey: Digest; chain: number; depth: number; hop: number }[];
  /** Items whose input failed, so that they fail too. */
  orphans: MadeItem[];
  /** Inputs that are neither there nor failed: somebody else's task is to make them first. */
  absent: Digest[];
}

export async function prepareMap(
  context: RunContext,
  inputs: SliceInputs,
  task: LeasedTask,
  exists: ReadonlySet<Digest>,
): Promise<PreparedMap> {
  const step = context.graphNode(task.node).step as MapStep;
  const page = await context.shard(task.planShard!);
  const range = page.items(task.node, task.first, task.count);
  const offset = page.offset(task.node) + task.first;
  const prepared: PreparedMap = { task, step, order: null, items: [], reused: [], orphans: [], absent: [] };
  const orderItems: OrderItem[] = [];
  const isDue = ({ key }: PlanItem): boolean => key !== NO_KEY && !exists.has(key);
  const parents = range.filter(isDue).flatMap((item) => item.parents.map((parent) => parent.key));
  await inputs.lookUp(parents);
  prepared.absent = await inputs.untried(parents);
  if (prepared.absent.length > 0) return prepared;
  range.forEach((item, index) => {
    const { key, rootKey, chain, depth, hop } = item;
    if (key === NO_KEY) return;
    if (exists.has(key)) {
      prepared.reused.push({ ordinal: offset + index, key, rootKey, chain, depth, hop });
      return;
    }
    const sampleKey = scoredSample(step, item);
    prepared.items.push({ ...item, ordinal: offset + index, ...(sampleKey ? { sampleKey } : {}) });
    const missing = item.parents.find((parent) => !inputs.row(parent.key));
    if (missing) {
      prepared.orphans.push({
        key,
        row: -1,
        contentDigest: null,
        bytes: 0,
        failed: `input ${missing.role} ${missing.key.slice(0, 12)} failed`,
      });
      return;
    }
    orderItems.push(orderItem(step, inputs, item));
  });
  if (orderItems.length > 0) prepared.order = await mapOrder(context, inputs, task.node, orderItems);
  return prepared;
}

/** The order that makes some of a map node's items. */
export async function mapOrder(context: RunContext, inputs: SliceInputs, node: string, items: OrderItem[]): Promise<WorkOrder> {
  const planned = context.planned(node);
  const step = context.graphNode(node).step as MapStep;
  const roles = sampleRoles(step.inputs);
  const wholeRoles = Object.keys(step.inputs).filter((role) => !roles.includes(role));
  return {
    id: randomUUID(),
    step: { module: step.module, name: step.name, version: step.version },
    kind: 'map',
    params: planned.params,
    seed: null,
    models: await inputs.models(planned),
    items,
    nodes: await inputs.nodes(planned, step, wholeRoles),
  };
}

/** An item of an order. Its parents have been looked up and are there. */
export function orderItem(step: MapStep, inputs: SliceInputs, item: PlanItem): OrderItem {
  const { key, rootKey, chain, depth, hop, seed } = item;
  const refs = item.parents.map(({ role, key: parent }) => {
    const row = inputs.row(parent)!;
    return [role, { ...row, rootKey, artifact: isLoaded(step.inputs[role]!) ? row.artifact : null }] as const;
  });
  const sampleKey = scoredSample(step, item);
  const place = { key, seed, rootKey, chain, depth, hop };
  return { ...place, inputs: Object.fromEntries(refs), ...(sampleKey ? { sampleKey } : {}) };
}

/** For scores: the sample that is judged. */
function scoredSample(step: MapStep, { parents }: PlanItem): Digest | undefined {
  if (step.output !== 'scores') return undefined;
  const subject = step.subject ?? sampleRoles(step.inputs)[0]!;
  return parents.find((parent) => parent.role === subject)!.key;
}

/** What a map task made, for its commit; and remembers where the samples lie for the next hop. */
export function commitMap(
  context: RunContext,
  inputs: SliceInputs,
  prepared: PreparedMap,
  result: WorkResult,
  lease: CommitFacts,
): TaskCommit {
  const { task, step, items, reused, orphans } = prepared;
  const planned = context.planned(task.node);
  const byKey = new Map(items.map((item) => [item.key, item]));
  for (const made of result.items ?? []) {
    const item = byKey.get(made.key);
    if (!item || step.output === 'scores') continue;
    if (made.row < 0) {
      inputs.failed(made.key);
      continue;
    }
    const { key, rootKey, chain, depth, hop } = item;
    inputs.made({ key, rootKey, chain, depth, hop, artifact: (made.artifact ?? result.artifact)!.digest, row: made.row });
  }
  for (const { key } of orphans) inputs.failed(key);
  return {
    ...lease,
    taskId: task.taskId,
    nodeName: task.node,
    fence: task.fence,
    items,
    reused,
    result: { ...result, items: [...(result.items ?? []), ...orphans] },
    derivation: derivationOf(planned),
    medium: step.output,
    inputs: wholeInputs(context, task.node),
  };
}

export interface CommitFacts {
  runId: string;
  worker: string;
  device: string;
  startedAt: Date;
}

export const derivationOf = (planned: {
  step: string;
  params: TaskCommit['derivation']['params'];
  models: Record<string, { digest: Digest }>;
  codeDigest: Digest;
}): TaskCommit['derivation'] => ({
  step: planned.step,
  params: planned.params,
  models: Object.fromEntries(Object.entries(planned.models).map(([role, model]) => [role, model.digest])),
  codeDigest: planned.codeDigest,
});

/** The nodes that a node reads as a whole, by role: the outcome's key, or the node's. */
export function wholeInputs(context: RunContext, node: string): { role: string; key: Digest }[] {
  const planned = context.planned(node);
  return Object.entries(planned.inputs).flatMap(([role, parts]) => {
    const medium = parts[0]!.medium;
    const whole =
      planned.kind !== 'map' || medium === 'checkpoint' || medium === 'decisions' || medium === 'result' || medium === 'scores';
    return whole ? parts.map((part) => ({ role, key: context.planned(part.node).key })) : [];
  });
}
