import type { Graph } from '../graph/graph.ts';
import type { Value } from '../graph/value.ts';
import { add, div, mul, sub } from '../ops/arithmetic.ts';
import { sqrt } from '../ops/sqrt.ts';

export interface AdamWOptions {
  /** Decay of the first and second moment. Default [0.9, 0.999]. */
  readonly betas?: readonly [number, number];
  /** Added to the root of the second moment. Default 1e-8. */
  readonly epsilon?: number;
  /** Decoupled: a decayed parameter shrinks by learningRate * weightDecay each step. Default 0. */
  readonly weightDecay?: number;
  /** Which parameters decay. Default: matrices (two dimensions or more), so neither biases nor gains. */
  readonly decayed?: (name: string, shape: readonly number[]) => boolean;
  /** The gradient's global norm is scaled down to this where it is larger. Default: no clipping. */
  readonly clipNorm?: number;
}

export type AdamW = Required<Omit<AdamWOptions, 'clipNorm'>> & { readonly clipNorm: number | undefined };

/** AdamW: Loshchilov and Hutter 2019, algorithm 2, with the learning rate of each step as an input. */
export function adamW(options: AdamWOptions = {}): AdamW {
  return {
    betas: options.betas ?? [0.9, 0.999],
    epsilon: options.epsilon ?? 1e-8,
    weightDecay: options.weightDecay ?? 0,
    decayed: options.decayed ?? ((_, shape) => shape.length >= 2),
    clipNorm: options.clipNorm,
  };
}

/** What varies from step to step, computed outside the graph in float64. */
export interface StepScalars {
  /** learningRate sqrt(1 - beta2^t) / (1 - beta1^t). */
  readonly stepSize: number;
  /** epsilon sqrt(1 - beta2^t): moves the bias correction of the second moment out of the graph. */
  readonly epsilon: number;
  /** 1 - learningRate weightDecay. */
  readonly decay: number;
}

/** @param step counts from 1. */
export function stepScalars(optimizer: AdamW, step: number, learningRate: number): StepScalars {
  const [beta1, beta2] = optimizer.betas;
  const root = Math.sqrt(1 - beta2 ** step);
  return {
    stepSize: (learningRate * root) / (1 - beta1 ** step),
    epsilon: optimizer.epsilon * root,
    decay: 1 - learningRate * optimizer.weightDecay,
  };
}

export interface Moments {
  readonly parameter: Value;
  readonly m: Value;
  readonly v: Value;
}

/** Adds one parameter's update to the graph. `clip`: a scalar that scales the gradient, if there is clipping. */
export function updateParameter(
  optimizer: AdamW,
  { parameter, m, v }: Moments,
  gradient: Value,
  scalars: Record<keyof StepScalars, Value>,
  clip: Value | undefined,
  decayed: boolean,
): Moments {
  const [beta1, beta2] = optimizer.betas;
  const scaled = mul(gradient, clip ? mul(clip, 1 - beta1) : 1 - beta1);
  const nextM = add(mul(m, beta1), scaled);
  const nextV = add(mul(v, beta2), mul(mul(scaled, scaled), (1 - beta2) / (1 - beta1) ** 2));
  const change = mul(div(nextM, add(sqrt(nextV), scalars.epsilon)), scalars.stepSize);
  const kept = decayed && optimizer.weightDecay > 0 ? mul(parameter, scalars.decay) : parameter;
  return { parameter: sub(kept, change), m: nextM, v: nextV };
}

/** sqrt of the sum of all squares, over several values. */
export function globalNorm(graph: Graph, values: readonly Value[]): Value {
  const squares = values.map((value) => graph.emit('ReduceSumSquare', [value], [], { keepdims: 0 }));
  return sqrt(squares.reduce((total, next) => add(total, next)));
}
