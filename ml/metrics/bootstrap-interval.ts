import { Philox } from '../../engine/plan/philox.ts';

export interface BootstrapOptions {
  /** Resamples. Default 1000. */
  resamples?: number;
  /** Coverage of the interval. Default 0.95. */
  level?: number;
  /** Default 0. */
  seed?: bigint | number | Uint8Array;
}

export interface Interval {
  value: number;
  low: number;
  high: number;
}

/** A statistic with its percentile bootstrap interval (Efron 1979): items are drawn with replacement, as many as there are.
 *  Resamples whose statistic is not a number are left out. */
export function bootstrapInterval<T>(
  items: readonly T[],
  statistic: (sample: readonly T[]) => number,
  options: BootstrapOptions = {},
): Interval {
  const { resamples = 1000, level = 0.95, seed = 0 } = options;
  const value = statistic(items);
  if (items.length === 0) return { value, low: Number.NaN, high: Number.NaN };
  const random = new Philox(seed);
  const drawn: T[] = new Array(items.length);
  const values: number[] = [];
  for (let n = 0; n < resamples; n++) {
    for (let i = 0; i < items.length; i++) drawn[i] = items[random.int(items.length)]!;
    const resampled = statistic(drawn);
    if (!Number.isNaN(resampled)) values.push(resampled);
  }
  values.sort((a, b) => a - b);
  return { value, low: quantile(values, (1 - level) / 2), high: quantile(values, (1 + level) / 2) };
}

/** Of sorted numbers, with linear interpolation. NaN when there is none. */
export function quantile(sorted: readonly number[], share: number): number {
  if (sorted.length === 0) return Number.NaN;
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low + (high - low) * (place - below);
}
