import { HoplineError } from '../../../engine/plan/errors.ts';
import type { OnnxData } from './onnx-tensor.ts';

/** Whether no number is NaN or infinite. */
export function allFinite(data: OnnxData): boolean {
  if (!(data instanceof Float32Array || data instanceof Float64Array)) return true;
  // One pass without a branch: x - x is 0 for every finite number and NaN for the others.
  let sum = 0;
  for (let i = 0; i < data.length; i++) {
    const x = data[i]!;
    sum += x - x;
  }
  return sum === 0;
}

/** Infinity passes: masks put it into logits. @throws HoplineError MODEL_NOT_FINITE that says whose numbers they are */
export function requireNoNaN(where: string, data: OnnxData): void {
  if (allFinite(data)) return;
  const at = (data as Float32Array).findIndex(Number.isNaN);
  if (at >= 0) throw notFinite(where, `NaN at element ${at}`);
}

/** The error of a model whose numbers went bad. */
export const notFinite = (where: string, got: string): HoplineError =>
  new HoplineError('MODEL_NOT_FINITE', `${where} must be finite, got ${got}`, {
    hint: 'the weights hold NaN, or a float16 model overflowed: export it in float32',
  });
