/** Consecutive parts of at most `size` items, with the place of their first one. */
export function* batchesOf<T>(items: readonly T[], size: number): Generator<{ start: number; items: T[] }> {
  for (let start = 0; start < items.length; start += size) yield { start, items: items.slice(start, start + size) };
}
