import type { LogitsProcessor } from './logits-processor.ts';

/** Keeps the `count` largest logits, and what equals the least of them. Fan et al. 2018. */
export function topK(count: number): LogitsProcessor {
  return (logits) => {
    if (count >= logits.length) return;
    const least = kthLargest(logits, count);
    for (let i = 0; i < logits.length; i++) if (logits[i]! < least) logits[i] = Number.NEGATIVE_INFINITY;
  };
}

/** By a heap of the k largest so far, smallest on top: one comparison for most of a vocabulary. */
function kthLargest(values: Float32Array, k: number): number {
  const heap = new Float32Array(k).fill(Number.NEGATIVE_INFINITY);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!(value > heap[0]!)) continue;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= k) break;
      if (child + 1 < k && heap[child + 1]! < heap[child]!) child++;
      if (heap[child]! >= value) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = value;
  }
  return heap[0]!;
}
