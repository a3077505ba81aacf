import type { LogitsProcessor } from './logits-processor.ts';
import { softmax } from './softmax.ts';

/** The nucleus: from the least likely id on, ids are dropped while their probabilities sum to at most 1 - mass. The likeliest one
 *  always stays. Holtzman et al. 2020. */
export function topP(mass: number): LogitsProcessor {
  return (logits) => {
    const probabilities = softmax(logits);
    const order: number[] = [];
    for (let i = 0; i < logits.length; i++) if (logits[i]! > Number.NEGATIVE_INFINITY) order.push(i);
    order.sort((a, b) => logits[a]! - logits[b]! || a - b);
    let dropped = 0;
    for (const id of order.slice(0, -1)) {
      dropped += probabilities[id]!;
      if (dropped > 1 - mass) return;
      logits[id] = Number.NEGATIVE_INFINITY;
    }
  };
}
