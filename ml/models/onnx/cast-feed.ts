import { HoplineError } from '../../../engine/plan/errors.ts';
import { elementCount } from '../../nn/tensor.ts';
import { roundToHalves, widenHalves } from './half-arrays.ts';
import type { OnnxData, OnnxDataType, OnnxFeed, OnnxValue } from './onnx-tensor.ts';

/** What onnxruntime takes: float16 as the bits of each number. */
export type RawData = OnnxData | Uint16Array;

export interface RawFeed {
  readonly dtype: OnnxDataType;
  readonly data: RawData;
  readonly shape: readonly number[];
}

/** A feed in the type and rank that the model declares. Data that fit already are passed on, not copied.
 *  @throws HoplineError MODEL_INPUT_MISFIT */
export function castFeed(declared: OnnxValue, { data, shape }: OnnxFeed): RawFeed {
  if (data.length !== elementCount(shape))
    throw misfit(declared, `must have ${elementCount(shape)} elements for [${shape.join(', ')}]`, `${data.length}`);
  const fitted = fitRank(declared, data.length, shape);
  if (fitted.copies === 1) return { dtype: declared.dtype, data: castData(declared.dtype, data), shape: fitted.shape };
  const value = Number(data[0]);
  return { dtype: declared.dtype, data: castData(declared.dtype, Array(fitted.copies).fill(value)), shape: fitted.shape };
}

/** One number (a timestep) fits a scalar, `[1]` and, repeated, a fixed `[n]`: exports differ. All else must have the declared rank
 *  and the dimensions that are fixed. */
function fitRank(declared: OnnxValue, length: number, shape: readonly number[]): { shape: readonly number[]; copies: number } {
  const wanted = declared.shape;
  if (length === 1 && wanted.length <= 1) {
    const fixed = wanted[0];
    if (typeof fixed === 'number' && fixed > 1) return { shape: [fixed], copies: fixed };
    return { shape: wanted.length === 0 ? [] : [1], copies: 1 };
  }
  const fits = shape.length === wanted.length && wanted.every((dim, i) => typeof dim === 'string' || dim < 0 || dim === shape[i]);
  if (!fits) throw misfit(declared, `must have the shape [${wanted.join(', ')}]`, `[${shape.join(', ')}]`);
  return { shape, copies: 1 };
}

/** Numbers as the array of a type. Whole-number types take whole numbers only: a fraction would be lost unseen. */
export function castData(dtype: OnnxDataType, data: OnnxFeed['data']): RawData {
  if (data instanceof Uint16Array && dtype !== 'float16') return castData(dtype, widenHalves(data));
  switch (dtype) {
    case 'float32':
      return data instanceof Float32Array ? data : Float32Array.from(data as ArrayLike<number>, Number);
    case 'float16':
      return data instanceof Uint16Array ? data : roundToHalves(data);
    case 'float64':
      return data instanceof Float64Array ? data : Float64Array.from(data as ArrayLike<number>, Number);
    case 'int64':
      return data instanceof BigInt64Array ? data : BigInt64Array.from(data as ArrayLike<number>, wholeBigInt);
    case 'int32':
      return data instanceof Int32Array ? data : Int32Array.from(data as ArrayLike<number>, whole);
    case 'int8':
      return data instanceof Int8Array ? data : Int8Array.from(data as ArrayLike<number>, whole);
    case 'uint8':
      return data instanceof Uint8Array ? data : Uint8Array.from(data as ArrayLike<number>, whole);
    case 'bool':
      return data instanceof Uint8Array ? data : Uint8Array.from(data as ArrayLike<number>, (value) => (Number(value) ? 1 : 0));
  }
}

const wholeBigInt = (value: number): bigint => BigInt(whole(value));

function whole(value: number): number {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  throw new HoplineError('MODEL_INPUT_MISFIT', `input data must be whole numbers where the model takes integers, got ${number}`, {
    hint: 'choose a timestep spacing with whole timesteps, or export the model with a float timestep',
  });
}

const misfit = (declared: OnnxValue, rule: string, got: string): HoplineError =>
  new HoplineError('MODEL_INPUT_MISFIT', `input.${declared.name} ${rule}, got ${got}`);
