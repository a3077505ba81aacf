/** Texts that go through the model together, and tokens, padding included: more is no faster on a CPU and takes memory. */
const MOST_TEXTS = 32;
const MOST_TOKENS = 4096;

/** Texts of like lengths together, the longest first: little padding, and the most memory is needed at once.
 *  @param fixedSize of a batch, where the model takes no other */
export function* batchesByLength<T extends { readonly ids: readonly number[] }>(
  texts: readonly T[],
  fixedSize?: number,
): Generator<T[]> {
  const sorted = texts.toSorted((a, b) => b.ids.length - a.ids.length);
  for (let start = 0; start < sorted.length; ) {
    const fitting = Math.floor(MOST_TOKENS / Math.max(1, sorted[start]!.ids.length));
    const count = fixedSize ?? Math.min(MOST_TEXTS, Math.max(1, fitting));
    yield sorted.slice(start, start + count);
    start += count;
  }
}
