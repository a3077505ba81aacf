import { createHash } from 'node:crypto';
import { Philox } from '../../../engine/plan/philox.ts';
import { FeedError } from '../errors.ts';
import type { ParameterSpec } from '../layers/scope.ts';
import { elementCount, type Tensor, type TensorMap } from '../tensor.ts';

/** All that a training needs to go on, besides its data. */
export interface TrainingState {
  readonly params: TensorMap;
  /** First moments of the gradients, by parameter. */
  readonly m: TensorMap;
  /** Second moments. */
  readonly v: TensorMap;
  /** Steps done. */
  readonly step: number;
}

export type Seed = ConstructorParameters<typeof Philox>[0];

/** Step 0. Each parameter draws from a stream of its own, named after it: adding one doesn't change the others.
 *  Parameters found in `given` are taken from there. */
export function initialState(parameters: readonly ParameterSpec[], seed: Seed, given: TensorMap = {}): TrainingState {
  const params: TensorMap = {};
  const m: TensorMap = {};
  const v: TensorMap = {};
  for (const { name, shape, init } of parameters) {
    const known = given[name];
    params[name] = { data: known ? copyOf(name, shape, known) : init(new Philox(seed, streamOf(name)), shape), shape };
    m[name] = { data: new Float32Array(elementCount(shape)), shape };
    v[name] = { data: new Float32Array(elementCount(shape)), shape };
  }
  return { params, m, v, step: 0 };
}

const streamOf = (name: string): bigint => createHash('sha256').update(name).digest().readBigUInt64LE(0);

function copyOf(name: string, shape: readonly number[], tensor: Tensor): Float32Array {
  requireFloats(`params.${name}`, shape, tensor);
  return Float32Array.from(tensor.data as Float32Array);
}

/** @throws FeedError unless `tensor` is float32 of this shape. */
export function requireFloats(where: string, shape: readonly number[], tensor: Tensor | undefined): void {
  const fits =
    tensor?.data instanceof Float32Array && tensor.data.length === elementCount(shape) && tensor.shape.join() === shape.join();
  if (fits) return;
  const got = tensor
    ? `${tensor.data.constructor.name} [${tensor.shape.join(', ')}] of ${tensor.data.length} elements`
    : 'nothing';
  throw new FeedError(`${where} must be float32 [${shape.join(', ')}], got ${got}`);
}
