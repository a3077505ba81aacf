/** Mean and sample standard deviation; the spread of one value is null. */
export function meanSpread(values: readonly number[]): { mean: number; spread: number | null } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (values.length < 2) return { mean, spread: null };
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return { mean, spread: Math.sqrt(variance) };
}

/** Shares as per cent over seeds: `46.4 +- 0.8`. */
export function percentOver(values: readonly (number | undefined)[]): string {
  const known = values.filter((value) => value !== undefined);
  if (known.length === 0) return '-';
  const { mean, spread } = meanSpread(known.map((value) => 100 * value));
  return `${mean.toFixed(1)}${spread === null ? '' : ` +- ${spread.toFixed(1)}`}`;
}
