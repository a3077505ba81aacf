import type { LogitsProcessor } from './logits-processor.ts';

/** No end before a text has `length` ids, start and prompt included. */
export function minLength(length: number, endIds: readonly number[]): LogitsProcessor {
  return (logits, ids) => {
    if (ids.length < length) for (const id of endIds) logits[id] = Number.NEGATIVE_INFINITY;
  };
}
