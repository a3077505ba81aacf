import type { Value } from '../graph/value.ts';
import type { Scope } from '../layers/scope.ts';
import type { TensorSpec } from '../tensor.ts';
import type { ValuesOf } from '../training/define-training.ts';

/** A model to run: its inputs and what it computes. Dimensions may be words ('batch'), fixed only when it runs. */
export interface Inference<I extends readonly TensorSpec[] = readonly TensorSpec[], O extends string = string> {
  readonly inputs: I;
  /** Builds the graph. Called once; parameters come from `scope`, under the names they were trained by. */
  readonly forward: (scope: Scope, inputs: ValuesOf<I>) => { readonly [K in O]: Value };
}

export function defineInference<const I extends readonly TensorSpec[], O extends string>(
  inference: Inference<I, O>,
): Inference<I, O> {
  return inference;
}
