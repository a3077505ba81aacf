import type { Philox } from '../../../engine/plan/philox.ts';

/** `count` indices below `n`: one random order of all after another, so that each comes up equally often. */
export function drawOrder(random: Philox, n: number, count: number): Int32Array {
  const order = new Int32Array(count);
  const all = Int32Array.from({ length: n }, (_, i) => i);
  for (let start = 0; start < count; start += n) {
    random.shuffle(all);
    order.set(all.subarray(0, Math.min(n, count - start)), start);
  }
  return order;
}
