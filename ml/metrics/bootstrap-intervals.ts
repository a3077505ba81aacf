import type { Philox } from '../../engine/plan/philox.ts';

export interface BootstrapOptions {
  random: Philox;
  /** Resamples. Default 1000. */
  resamples?: number;
  /** Share of the resamples inside the interval. Default 0.95. */
  level?: number;
}

export interface Interval {
  low: number;
  high: number;
}

/** Percentile bootstrap (Efron 1979) of several statistics at once: units are drawn with replacement, all rows of a unit together.
 *  @param statistics of drawn rows, by name; always the same names */
export function bootstrapIntervals<R>(
  units: readonly (readonly R[])[],
  statistics: (rows: R[]) => Record<string, number>,
  { random, resamples = 1000, level = 0.95 }: BootstrapOptions,
): Record<string, Interval> {
  const drawn: Record<string, number[]> = {};
  for (let resample = 0; resample < resamples; resample++) {
    const rows: R[] = [];
    for (let i = 0; i < units.length; i++) rows.push(...units[random.int(units.length)]!);
    for (const [name, value] of Object.entries(statistics(rows))) {
      drawn[name] ??= [];
      drawn[name].push(value);
    }
  }
  return Object.fromEntries(
    Object.entries(drawn).map(([name, values]) => {
      const sorted = Float64Array.from(values).sort();
      return [name, { low: quantile(sorted, (1 - level) / 2), high: quantile(sorted, (1 + level) / 2) }];
    }),
  );
}

/** Linear interpolation between order statistics (Hyndman and Fan 1996, type 7). */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (place - below) * (sorted[above]! - sorted[below]!);
}
