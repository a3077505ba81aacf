import type { LogitsProcessor } from './logits-processor.ts';
import { possibleIds } from './possible-ids.ts';

/** The nucleus: from the least likely id on, ids are dropped while their probabilities sum to at most 1 - mass. The likeliest one
 *  always stays. Holtzman et al. 2020. */
export function topP(mass: number): LogitsProcessor {
  return (logits) => {
    const { ids, weights, total } = possibleIds(logits);
    const order = Array.from(ids.keys()).sort((a, b) => weights[a]! - weights[b]! || a - b);
    let dropped = 0;
    for (const place of order.slice(0, -1)) {
      dropped += weights[place]! / total;
      if (dropped > 1 - mass) return;
      logits[ids[place]!] = Number.NEGATIVE_INFINITY;
    }
  };
}
