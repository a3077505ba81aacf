import type { LogitsProcessor } from './logits-processor.ts';

/** Below 1 sharpens, above 1 flattens the distribution. */
export function temperature(given: number): LogitsProcessor {
  const divisor = Math.fround(given);
  return (logits) => {
    for (let i = 0; i < logits.length; i++) logits[i] = logits[i]! / divisor;
  };
}
