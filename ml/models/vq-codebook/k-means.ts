import type { Philox } from '../../../engine/plan/philox.ts';

/** k-means++ (Arthur and Vassilvitskii 2007): each centre is drawn with probability proportional to the squared distance to the
 *  nearest centre so far. points [n, d] -> centres [k, d]. */
export function seedCentres(points: Float32Array, d: number, k: number, random: Philox): Float32Array {
  const n = points.length / d;
  const centres = new Float32Array(k * d);
  const distances = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
  let chosen = random.int(n);
  for (let c = 0; ; c++) {
    centres.set(points.subarray(chosen * d, (chosen + 1) * d), c * d);
    if (c === k - 1) return centres;
    for (let i = 0; i < n; i++)
      distances[i] = Math.min(distances[i]!, squaredDistance(points, i * d, centres, c * d, d, distances[i]!));
    chosen = random.weighted(distances);
  }
}

/** The mean of each centre's points; a centre without points stays. Lloyd's second half-step. */
export function moveCentres(points: Float32Array, d: number, nearest: Int32Array, centres: Float32Array): Float32Array {
  const sums = new Float64Array(centres.length);
  const counts = new Float64Array(centres.length / d);
  for (let i = 0; i < nearest.length; i++) {
    const c = nearest[i]!;
    counts[c]!++;
    for (let j = 0; j < d; j++) sums[c * d + j]! += points[i * d + j]!;
  }
  return centres.map((old, at) => {
    const count = counts[Math.floor(at / d)]!;
    return count === 0 ? old : sums[at]! / count;
  });
}

/** Stops early once it is no smaller than `limit`. */
function squaredDistance(a: Float32Array, aStart: number, b: Float32Array, bStart: number, d: number, limit: number): number {
  let sum = 0;
  for (let j = 0; j < d; j++) {
    const difference = a[aStart + j]! - b[bStart + j]!;
    sum += difference * difference;
    if (sum >= limit) return sum;
  }
  return sum;
}
