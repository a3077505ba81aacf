import type { LogitsProcessor } from './logits-processor.ts';

/** Keskar et al. 2019 (CTRL), with its later repair for negative logits: every distinct id so far is made less likely. */
export function repetitionPenalty(given: number): LogitsProcessor {
  const penalty = Math.fround(given);
  return (logits, ids) => {
    for (const id of new Set(ids)) {
      const logit = logits[id];
      if (logit !== undefined) logits[id] = logit < 0 ? logit * penalty : logit / penalty;
    }
  };
}
