import { expBelowZero } from './exp-below-zero.ts';

/** The distribution of logits, in float64. */
export function softmax(logits: Float32Array): Float64Array {
  const largest = largestOf(logits);
  const weights = new Float64Array(logits.length);
  let total = 0;
  for (let i = 0; i < logits.length; i++) {
    weights[i] = Math.exp(logits[i]! - largest);
    total += weights[i]!;
  }
  for (let i = 0; i < weights.length; i++) weights[i] = weights[i]! / total;
  return weights;
}

/** Logarithms of the softmax, in place. */
export function logSoftmax(logits: Float32Array): void {
  const largest = largestOf(logits);
  let total = 0;
  for (let i = 0; i < logits.length; i++) total += expBelowZero(logits[i]! - largest);
  const offset = largest + Math.log(total);
  for (let i = 0; i < logits.length; i++) logits[i] = logits[i]! - offset;
}

export function largestOf(logits: Float32Array): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < logits.length; i++) if (logits[i]! > largest) largest = logits[i]!;
  return largest;
}
