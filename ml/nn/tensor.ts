import { FeedError } from './errors.ts';

/** Element types a graph can hold. `uint8` and `bool` both live in a `Uint8Array`; the spec tells which. */
export type DataType = 'float32' | 'int32' | 'int64' | 'bool' | 'uint8';

export type TensorData = Float32Array | Int32Array | BigInt64Array | Uint8Array;

/** Values outside a graph: row-major data with its shape. */
export interface Tensor {
  readonly data: TensorData;
  readonly shape: readonly number[];
}

/** Tensors by name: the parameters of a model, the outputs of a run. */
export type TensorMap = Record<string, Tensor>;

/** A float32 tensor. */
export interface FloatTensor extends Tensor {
  readonly data: Float32Array;
}

/** What a graph input looks like. A dimension that is a word ('batch') is fixed only when the model is run. */
export interface TensorSpec {
  readonly name: string;
  readonly shape: readonly (number | string)[];
  readonly dtype: DataType;
}

/** Number of elements of a static shape. */
export const elementCount = (shape: readonly number[]): number => shape.reduce((product, dim) => product * dim, 1);

const arrayOf = { float32: Float32Array, int32: Int32Array, int64: BigInt64Array, bool: Uint8Array, uint8: Uint8Array } as const;

/** Whether the array is the one that holds this element type. */
export const dataOfType = (data: TensorData, dtype: DataType): boolean => data instanceof arrayOf[dtype];

/** The tensor's numbers, known to be float32. @throws FeedError */
export function floats(tensor: Tensor): Float32Array {
  if (tensor.data instanceof Float32Array) return tensor.data;
  throw new FeedError(`tensor must be float32, got ${tensor.data.constructor.name}`);
}

/** The tensor's numbers, known to be int32. @throws FeedError */
export function integers(tensor: Tensor): Int32Array {
  if (tensor.data instanceof Int32Array) return tensor.data;
  throw new FeedError(`tensor must be int32, got ${tensor.data.constructor.name}`);
}
