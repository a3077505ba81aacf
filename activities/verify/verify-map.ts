import type { MadeItem, WorkOrder, WorkResult } from '../../engine/compute/order.ts';
import type { CommittedContent } from '../../engine/lineage/committed-contents.ts';
import { scoreDigest } from '../../engine/lineage/insert-scores.ts';
import type { NewVerification } from '../../engine/lineage/verifications.ts';
import type { MapStep } from '../../engine/plan/define-step.ts';
import type { Digest } from '../../engine/plan/digest.ts';
import type { PlanItem } from '../../engine/plan/plan-types.ts';
import { readSampleRows } from '../../engine/store/read-sample-shard.ts';
import type { Store } from '../../engine/store/store.ts';
import { mapOrder, orderItem } from '../map-order.ts';
import type { RunContext } from '../run-context.ts';
import type { SliceInputs } from '../slice-inputs.ts';
import { judge, notMade } from './judge.ts';
import { jsonDifference, payloadDifference } from './numeric-difference.ts';

/** The order that makes items of a map node again, from the inputs that they were made from. */
export async function verifyingMapOrder(
  context: RunContext,
  inputs: SliceInputs,
  node: string,
  items: readonly PlanItem[],
): Promise<WorkOrder> {
  const step = context.graphNode(node).step as MapStep;
  await inputs.lookUp(items.flatMap((item) => item.parents.map((parent) => parent.key)));
  const order = await mapOrder(
    context,
    inputs,
    node,
    items.map((item) => orderItem(step, inputs, item)),
  );
  return { ...order, anew: true };
}

/** Holds what came out beside what is stored, item by item. */
export function judgeItems(
  store: Store,
  step: MapStep,
  result: WorkResult,
  contents: ReadonlyMap<Digest, CommittedContent>,
): Promise<NewVerification[]> {
  return Promise.all(
    (result.items ?? []).map(async (made) => {
      const content = contents.get(made.key)!;
      const found = step.output === 'scores' ? scoreDigest(made) : made.contentDigest;
      if (made.failed !== undefined || !found) return notMade(made.key, content.content, made.failed ?? 'no output');
      const thing = { key: made.key, expected: content.content, found };
      return judge(step.determinism ?? 'bitwise', thing, () => differenceOf(store, step, made, result, content));
    }),
  );
}

async function differenceOf(
  store: Store,
  step: MapStep,
  made: MadeItem,
  result: WorkResult,
  stored: CommittedContent,
): Promise<number> {
  if (step.output === 'scores')
    return jsonDifference({ loss: stored.loss, values: stored.values }, { loss: made.loss!, values: made.values ?? {} });
  const columns = ['text', 'image', 'features', 'meta'] as const;
  const shard = (made.artifact ?? result.artifact)!.digest;
  const [[before], [now]] = await Promise.all([
    readSampleRows(store, stored.artifact, [stored.row!], columns),
    readSampleRows(store, shard, [made.row], columns),
  ]);
  return payloadDifference(before!, now!);
}
