import type { PlanPage } from './plan-page.ts';
import type { PlannedNode, PlannedTask } from './plan-types.ts';

/** The tasks of a page, in the order to run them: node by node, batch by batch. */
export function pageTasks(page: PlanPage, nodes: readonly PlannedNode[]): PlannedTask[] {
  const { stage, shard } = page.header;
  return nodes.flatMap(({ name, batchSize, stage: own }, ordinal) => {
    if (own !== stage) return [];
    const items = page.count(name);
    return Array.from({ length: Math.ceil(items / batchSize) }, (_, batch): PlannedTask => {
      const first = batch * batchSize;
      return { node: name, stage, shard, ordinal, first, count: Math.min(batchSize, items - first), epoch: null, key: null };
    });
  });
}

/** One task for a selection or a reduction, one an epoch for a fold. */
export function wholeNodeTasks(nodes: readonly PlannedNode[]): PlannedTask[] {
  return nodes.flatMap((node, ordinal) => {
    if (node.kind === 'source' || node.kind === 'map') return [];
    const states = node.stateKeys ?? [node.key];
    return states.map((key, epoch) => ({
      node: node.name,
      stage: null,
      shard: 0,
      ordinal,
      first: epoch,
      count: 1,
      epoch: node.kind === 'fold' ? epoch : null,
      key,
    }));
  });
}
