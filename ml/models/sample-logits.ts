/** Draws an index of logits[start, end) / temperature by inversion of the cumulative sum. `uniform` in [0, 1).
 *  Temperature 0 takes the largest. Returns an index counted from `start`. */
export function sampleLogits(logits: Float32Array, start: number, end: number, temperature: number, uniform: number): number {
  let best = start;
  for (let i = start + 1; i < end; i++) if (logits[i]! > logits[best]!) best = i;
  if (temperature === 0) return best - start;
  const weights = new Float64Array(end - start);
  let total = 0;
  for (let i = start; i < end; i++) total += weights[i - start] = Math.exp((logits[i]! - logits[best]!) / temperature);
  let left = uniform * total;
  for (let i = 0; i < weights.length; i++) {
    left -= weights[i]!;
    if (left < 0) return i;
  }
  return best - start;
}

/** Draws from the smallest set of classes whose probabilities sum to `topP` (Holtzman et al. 2020). */
export function sampleTopP(probabilities: Float64Array, topP: number, uniform: number): number {
  const order = Array.from(probabilities.keys()).sort((a, b) => probabilities[b]! - probabilities[a]! || a - b);
  const total = probabilities.reduce((sum, p) => sum + p, 0);
  let kept = 0;
  let count = 0;
  while (count < order.length && (count === 0 || kept < topP * total)) kept += probabilities[order[count++]!]!;
  let left = uniform * kept;
  for (const index of order.slice(0, count)) {
    left -= probabilities[index]!;
    if (left < 0) return index;
  }
  return order[0]!;
}

/** softmax of logits[start, end). */
export function probabilitiesOf(logits: Float32Array, start = 0, end = logits.length): Float64Array {
  let largest = Number.NEGATIVE_INFINITY;
  for (let i = start; i < end; i++) largest = Math.max(largest, logits[i]!);
  const weights = Float64Array.from({ length: end - start }, (_, i) => Math.exp(logits[start + i]! - largest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}
