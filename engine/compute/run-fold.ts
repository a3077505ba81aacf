import type { FoldStep } from '../plan/define-step.ts';
import { HoplineError } from '../plan/errors.ts';
import type { Execution, StepResult } from './execution.ts';
import { assertFinite, outputError } from './output-errors.ts';

const SAFETENSORS = 'application/vnd.safetensors';

/** Runs one epoch of a fold and stores its state. */
export async function runFold(step: FoldStep, { order, store, inputs, context, timed }: Execution): Promise<StepResult> {
  if (!order.fold)
    throw new HoplineError('ORDER_INVALID', `order.fold must be given for the fold step "${step.name}", got nothing`);
  const { epoch, epochs } = order.fold;
  const before = order.fold.state === null ? null : await store.get(order.fold.state);
  const task = { params: order.params, seed: order.seed ?? '', epoch, epochs, state: before, nodes: inputs };
  const { state, metrics, trainedOn } = await timed(() => step.run(task, context));
  if (!(state instanceof Uint8Array) || !state.length) {
    throw outputError(
      'STEP_OUTPUT_STATE',
      step.name,
      `must return the bytes of state ${epoch}`,
      state ? typeof state : 'nothing',
    );
  }
  assertFinite(step.name, metrics, ` in epoch ${epoch}`);
  const artifact = await store.put(state, SAFETENSORS);
  return { artifact, epochMetrics: metrics, ...(trainedOn ? { trainedOn } : {}) };
}
