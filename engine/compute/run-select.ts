import { mediumOf, type SelectStep } from '../plan/define-step.ts';
import { canonicalJson, type Digest } from '../plan/digest.ts';
import type { Coordinates, DecisionOutput, DecisionValue } from '../plan/step-io.ts';
import type { ScoreRef, WorkOrder } from './order.ts';
import { assertFinite, outputError, wrongCount } from './output-errors.ts';
import { PackedRows } from './row-columns.ts';
import type { Execution, StepResult } from './run-step.ts';

/** Runs a selection and stores its decisions: canonical JSON, a list of {sampleKey, rootKey, chain, depth, hop, kept, rank}. */
export async function runSelect(step: SelectStep, { order, store, inputs, context, timed }: Execution): Promise<StepResult> {
  const { decisions } = await timed(() => step.run({ params: order.params, seed: order.seed ?? '', nodes: inputs }, context));
  const coordinates = coordinatesOf(order);
  assertEachOnce(step, decisions, firstScored(step, order));
  const values = decisions.map((decision) => decisionValue(step, decision, coordinates));
  const artifact = await store.put(Buffer.from(canonicalJson(values as never)), 'application/json');
  return { artifact, decisions };
}

/** Where every sample stands that a selection could decide on. */
function coordinatesOf(order: WorkOrder): Map<Digest, Coordinates> {
  const found = new Map<Digest, Coordinates>();
  for (const input of Object.values(order.nodes)) {
    if (input.kind === 'scores')
      for (const { sampleKey, rootKey, chain, depth, hop } of new PackedRows<ScoreRef>(input.rows))
        found.set(sampleKey, { rootKey, chain, depth, hop });
    if (input.kind === 'samples')
      for (const { key, rootKey, chain, depth, hop } of new PackedRows(input.rows))
        found.set(key, { rootKey, chain, depth, hop });
  }
  return found;
}

/** The samples that must be decided on: those of the first scores role. null for a selection without scores. */
function firstScored(step: SelectStep, order: WorkOrder): Set<Digest> | null {
  const role = Object.keys(step.inputs).find((name) => mediumOf(step.inputs[name]!) === 'scores');
  const input = role === undefined ? undefined : order.nodes[role];
  return input?.kind === 'scores'
    ? new Set(Array.from(new PackedRows<ScoreRef>(input.rows), ({ sampleKey }) => sampleKey))
    : null;
}

function assertEachOnce(step: SelectStep, decisions: DecisionOutput[], due: Set<Digest> | null): void {
  const decided = new Set(decisions.map(({ sampleKey }) => sampleKey));
  if (decided.size !== decisions.length) throw wrongCount(step.name, 'decisions, one a sample', decided.size, decisions.length);
  if (!due) return;
  const open = [...due].filter((key) => !decided.has(key));
  if (open.length) throw wrongCount(step.name, 'decisions, one for every scored sample', due.size, due.size - open.length);
}

function decisionValue(
  step: SelectStep,
  { sampleKey, kept, rank, threshold }: DecisionOutput,
  known: Map<Digest, Coordinates>,
): DecisionValue {
  const coordinates = known.get(sampleKey);
  if (!coordinates) throw outputError('STEP_OUTPUT_SAMPLE', step.name, 'must decide on samples of its inputs', sampleKey);
  assertFinite(step.name, { rank, ...(threshold === undefined ? {} : { threshold }) });
  return { sampleKey, ...coordinates, kept, rank };
}
