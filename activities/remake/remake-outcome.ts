import type { LeasedTask, ObjectOrigin } from '../../engine/lineage/index.ts';
import { SliceInputs } from '../slice-inputs.ts';
import { prepareWhole } from '../whole-order.ts';
import { objectLost } from './object-lost.ts';
import type { RemakeServices, RemakeTask } from './remake-task.ts';

/** Makes decisions, a state of a fold or a result with its files again. They must come out as they were, since a whole node's product is
 *  there for others to read. An epoch goes on from the state before it, which is made again first where it is lost too. */
export async function remakeOutcome(
  services: RemakeServices,
  { digest, signal, reading }: RemakeTask,
  { runId, node, key, epoch }: Extract<ObjectOrigin, { kind: 'outcome' }>,
): Promise<void> {
  const context = await reading(() => services.contexts.get(runId));
  const isFold = context.planned(node).kind === 'fold';
  const place = { node, stage: null, shard: 0, ordinal: epoch, first: epoch, count: 1, epoch: isFold ? epoch : null, key };
  // Nothing is leased: no row of a task changes.
  const task: LeasedTask = { ...place, taskId: 0, fence: 0, attempts: 0, planShard: null };
  const order = await prepareWhole(services, context, new SliceInputs(services, context), task, new Map());
  const { artifact, files = {} } = await reading(() => services.pool.run(order, { signal }));
  const made = [artifact, ...Object.values(files)].map((object) => object?.digest);
  if (made.includes(digest)) return;
  const what = `what node "${node}" made${isFold ? ` in epoch ${epoch}` : ''} and makes differently now`;
  throw objectLost(digest, what, `restore the object from a copy, or hopline rerun ${runId} --from ${node}`);
}
