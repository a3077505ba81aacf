import type { Philox } from '../../../engine/plan/philox.ts';

/** Fills a new parameter of the given shape. Draws from `random` only, so that a seed fixes every parameter. */
export type Init = (random: Philox, shape: readonly number[]) => Float32Array;

const count = (shape: readonly number[]): number => shape.reduce((product, dim) => product * dim, 1);
/** Inputs and outputs of a weight [..., in, out]; leading dimensions (kernel taps, experts) count as given by the layer. */
const fans = (shape: readonly number[]): [number, number] => [shape.at(-2) ?? 1, shape.at(-1) ?? 1];
const uniform =
  (bound: number): Init =>
  (random, shape) =>
    Float32Array.from({ length: count(shape) }, () => (2 * random.uniform(24) - 1) * bound);
const normal =
  (std: number): Init =>
  (random, shape) =>
    random.fillNormal(new Float32Array(count(shape)), std);

export const init = {
  zeros: ((_, shape) => new Float32Array(count(shape))) as Init,
  ones: ((_, shape) => new Float32Array(count(shape)).fill(1)) as Init,
  constant:
    (x: number): Init =>
    (_, shape) =>
      new Float32Array(count(shape)).fill(x),
  /** Normal with mean 0. */
  normal,
  /** Uniform over [-bound, bound). */
  uniform,
  /** Uniform with variance 2 / (in + out). Glorot and Bengio 2010. */
  xavier: ((random, shape) => uniform(Math.sqrt(6 / (fans(shape)[0] + fans(shape)[1])))(random, shape)) as Init,
  /** Normal with variance 2 / in: for ReLU. He et al. 2015. */
  kaiming: ((random, shape) => normal(Math.sqrt(2 / fans(shape)[0]))(random, shape)) as Init,
} as const;
