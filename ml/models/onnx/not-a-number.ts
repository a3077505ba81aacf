import { HoplineError } from '../../../engine/plan/errors.ts';
import type { OnnxData } from './onnx-tensor.ts';

/** Whether no number is NaN or infinite. */
export function allFinite(data: OnnxData): boolean {
  if (!(data instanceof Float32Array || data instanceof Float64Array)) return true;
  // Without a branch: x * 0 is 0 for every finite number and NaN for the others. Four sums side by side, which a processor adds at once.
  let [a, b, c, d] = [0, 0, 0, 0];
  const whole = data.length - (data.length % 4);
  for (let i = 0; i < whole; i += 4) {
    a += data[i]! * 0;
    b += data[i + 1]! * 0;
    c += data[i + 2]! * 0;
    d += data[i + 3]! * 0;
  }
  for (let i = whole; i < data.length; i++) a += data[i]! * 0;
  return a + b + c + d === 0;
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
