import type { Value } from '../graph/value.ts';
import type { Scope } from '../layers/scope.ts';
import type { TensorSpec } from '../tensor.ts';
import type { AdamW } from './adamw.ts';

/** A tensor of one training step; its shape is fixed. */
export interface BatchSpec extends TensorSpec {
  readonly shape: readonly number[];
}

export type ValuesOf<S extends readonly TensorSpec[]> = { readonly [N in S[number]['name']]: Value };

export interface LossAndMetrics<M extends string> {
  /** A scalar. */
  readonly loss: Value;
  /** Scalars to report for each step: an accuracy, a part of the loss. */
  readonly metrics?: { readonly [K in M]: Value };
}

/** All there is to know about a training: its data, its model and loss, its optimizer. */
export interface Training<B extends readonly BatchSpec[] = readonly BatchSpec[], M extends string = string> {
  /** Inputs of one step. */
  readonly batch: B;
  /** Builds the graph of one step. Called once; parameters come from `scope`. */
  readonly loss: (scope: Scope, batch: ValuesOf<B>) => LossAndMetrics<M>;
  readonly optimizer: AdamW;
}

export function defineTraining<const B extends readonly BatchSpec[], M extends string = never>(
  training: Training<B, M>,
): Training<B, M> {
  return training;
}
