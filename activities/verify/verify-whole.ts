import type { WorkOrder, WorkResult } from '../../engine/compute/order.ts';
import {
  type CommittedContent,
  type NumberedMetric,
  type NumberedPrediction,
  outcomeNumbers,
} from '../../engine/lineage/committed-contents.ts';
import type { LeasedTask } from '../../engine/lineage/index.ts';
import { outcomeDigest } from '../../engine/lineage/outcome-digest.ts';
import type { NewVerification } from '../../engine/lineage/verifications.ts';
import type { FoldStep, Medium, ReduceStep, SelectStep } from '../../engine/plan/define-step.ts';
import { canonicalJson } from '../../engine/plan/digest.ts';
import type { Json } from '../../engine/plan/json.ts';
import type { PlannedTask } from '../../engine/plan/plan-types.ts';
import type { RunContext } from '../run-context.ts';
import type { SliceInputs } from '../slice-inputs.ts';
import { prepareWhole } from '../whole-order.ts';
import type { WorkerServices } from '../worker-services.ts';
import { judge } from './judge.ts';
import { jsonDifference, tensorsDifference } from './numeric-difference.ts';

type WholeStep = FoldStep | SelectStep | ReduceStep;

const MEDIUM: Record<WholeStep['kind'], Medium> = { fold: 'checkpoint', select: 'decisions', reduce: 'result' };

/** The order that makes a whole node's product again; of a fold one epoch, from the state that is stored before it. */
export async function verifyingWholeOrder(
  services: WorkerServices,
  context: RunContext,
  inputs: SliceInputs,
  task: PlannedTask,
): Promise<WorkOrder> {
  // Nothing is leased: no row of a task changes.
  const leased: LeasedTask = { ...task, taskId: 0, fence: 0, attempts: 0, planShard: null };
  return { ...(await prepareWhole(services, context, inputs, leased, new Map())), anew: true };
}

/** Holds what came out beside what is stored. */
export async function judgeWhole(
  services: WorkerServices,
  step: WholeStep,
  task: PlannedTask,
  result: WorkResult,
  stored: CommittedContent,
): Promise<NewVerification> {
  const medium = MEDIUM[step.kind];
  const thing = { key: task.key!, expected: stored.content, found: outcomeDigest({ medium, result }) };
  return judge(step.determinism ?? 'bitwise', thing, () => differenceOf(services, medium, task, result, stored));
}

/** Of a checkpoint its tensors, of decisions who is kept at which rank, of a result its JSON, metrics and predictions. Files of a result are not
 *  looked into: where one differs, nothing is within a tolerance. */
async function differenceOf(
  { db, store }: WorkerServices,
  medium: Medium,
  task: PlannedTask,
  result: WorkResult,
  stored: CommittedContent,
): Promise<number> {
  const [before, now] = [await store.get(stored.artifact), await store.get(result.artifact!.digest)];
  if (medium === 'checkpoint') return tensorsDifference(before, now);
  const artifacts = jsonDifference(jsonOf(before), jsonOf(now));
  if (medium === 'decisions') return artifacts;
  const { metrics, predictions } = await outcomeNumbers(db, task.key!);
  const made = {
    metrics: (result.metrics ?? []).map(({ name, slice, value, mode = null, low = null, high = null }) => ({
      name,
      slice,
      mode,
      value,
      low,
      high,
    })),
    predictions: (result.predictions ?? []).map(({ sampleKey, label, logProbabilities, mode = null }) => ({
      sampleKey,
      mode,
      label,
      logProbabilities,
    })),
  };
  return Math.max(
    artifacts,
    jsonDifference(byPlace(metrics), byPlace(made.metrics)),
    jsonDifference(byPlace(predictions), byPlace(made.predictions)),
  );
}

const jsonOf = (bytes: Uint8Array): Json => JSON.parse(Buffer.from(bytes).toString('utf8')) as Json;

/** In an order that doesn't hang on the numbers. */
const byPlace = (rows: readonly (NumberedMetric | NumberedPrediction)[]): Json =>
  rows
    .map((row) => {
      const { value, low, high, logProbabilities, ...place } = row as NumberedMetric & NumberedPrediction;
      return { place: canonicalJson(place as unknown as Json), row: row as unknown as Json };
    })
    .sort((a, b) => (a.place < b.place ? -1 : 1))
    .map(({ row }) => row);
