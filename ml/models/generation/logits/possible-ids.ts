import { largestOf } from './softmax.ts';

/** The ids that aren't forbidden, in order, with weights in the proportion of their probabilities: top-k leaves 50 of 30,000. */
export function possibleIds(logits: Float32Array): { ids: number[]; weights: number[]; total: number } {
  const largest = largestOf(logits);
  const ids: number[] = [];
  const weights: number[] = [];
  let total = 0;
  for (let id = 0; id < logits.length; id++) {
    const logit = logits[id]!;
    if (logit === Number.NEGATIVE_INFINITY) continue;
    const weight = Math.exp(logit - largest);
    ids.push(id);
    weights.push(weight);
    total += weight;
  }
  return { ids, weights, total };
}
