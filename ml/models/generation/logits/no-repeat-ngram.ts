import type { LogitsProcessor } from './logits-processor.ts';

/** Forbids every id that would end a run of `size` ids which is there already. Paulus et al. 2017, 2.5 (trigrams). */
export function noRepeatNgram(size: number): LogitsProcessor {
  return (logits, ids) => {
    const suffix = ids.length - (size - 1);
    for (let start = 0; start + size <= ids.length; start++) {
      let same = 0;
      while (same < size - 1 && ids[start + same] === ids[suffix + same]) same++;
      if (same === size - 1) logits[ids[start + same]!] = Number.NEGATIVE_INFINITY;
    }
  };
}
