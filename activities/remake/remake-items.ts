import { databaseTime, nodeHolding, type ObjectOrigin, recordRemade, recordWhole } from '../../engine/lineage/index.ts';
import type { MapStep } from '../../engine/plan/define-step.ts';
import type { Digest } from '../../engine/plan/digest.ts';
import type { PlanItem } from '../../engine/plan/plan-types.ts';
import { mapOrder, orderItem } from '../map-order.ts';
import type { RunContext } from '../run-context.ts';
import { SliceInputs } from '../slice-inputs.ts';
import { objectLost } from './object-lost.ts';
import type { RemakeServices, RemakeTask } from './remake-task.ts';

type ItemsOrigin = Extract<ObjectOrigin, { kind: 'sample' | 'score' }>;

/** Makes a shard of samples or scores again: its items, in the order of its rows, so that a bitwise step gives the same bytes. */
export async function remakeItems(services: RemakeServices, task: RemakeTask, origin: ItemsOrigin): Promise<'whole' | 'moved'> {
  const { db, pool } = services;
  const { digest, signal, reading } = task;
  const { context, node, items } = await plannedItems(services, task, origin);
  const step = context.graphNode(node).step as MapStep;
  const inputs = new SliceInputs(services, context);
  await inputs.lookUp(items.flatMap((item) => item.parents.map((parent) => parent.key)));
  const order = await mapOrder(
    context,
    inputs,
    node,
    items.map((item) => orderItem(step, inputs, item)),
  );
  const since = await databaseTime(db);
  const result = await reading(() => pool.run(order, { signal }));
  const failed = result.items!.find((item) => item.failed !== undefined);
  if (failed || !result.artifact) {
    const what = `samples of node "${node}", of which ${failed?.key} now fails: ${failed?.failed}`;
    throw objectLost(digest, what, 'restore the object from a copy');
  }
  if (result.artifact.digest === digest) {
    await recordWhole(db, task.runId, node, digest);
    return 'whole';
  }
  const { kind } = origin;
  await recordRemade(db, { runId: task.runId, node, kind, lost: digest, artifact: result.artifact, items: result.items!, since });
  return 'moved';
}

/** The items as the plan of the run that reads them has them, which is of this worker's code, or else of the run that made them. */
async function plannedItems(
  services: RemakeServices,
  { runId, digest, reading }: RemakeTask,
  origin: ItemsOrigin,
): Promise<{ context: RunContext; node: string; items: PlanItem[] }> {
  for (const id of new Set([runId, origin.runId])) {
    const node = await nodeHolding(services.db, id, origin.kind, origin.keys[0]!);
    if (node === undefined) continue;
    const context = await reading(() => services.contexts.get(id));
    const items = await findItems(context, node, origin.keys, reading);
    if (items) return { context, node, items };
  }
  throw objectLost(digest, `samples of node "${origin.node}" that no plan asks for any more`, 'restore the object from a copy');
}

/** Looks through the pages of a node's stage. null where an item is not planned. */
async function findItems(
  context: RunContext,
  node: string,
  keys: readonly Digest[],
  reading: RemakeTask['reading'],
): Promise<PlanItem[] | null> {
  const wanted = new Set(keys);
  const found = new Map<Digest, PlanItem>();
  for (const digest of context.plan.stages[context.planned(node).stage!]?.pages ?? []) {
    const page = await reading(() => context.shard(digest));
    for (const item of page.items(node, 0, page.count(node))) if (wanted.has(item.key)) found.set(item.key, item);
    if (found.size === wanted.size) return keys.map((key) => found.get(key)!);
  }
  return null;
}
