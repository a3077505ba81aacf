/** log softmax of one row of logits, in float64. */
export function logProbabilities(logits: ArrayLike<number>): number[] {
  const row = Array.from(logits);
  const highest = Math.max(...row);
  const total = Math.log(row.reduce((sum, value) => sum + Math.exp(value - highest), 0));
  return row.map((value) => value - highest - total);
}

/** Mean over rows of log-probabilities, normalised again: a geometric mixture. */
export function averageLogProbabilities(rows: readonly (readonly number[])[]): number[] {
  const sums = rows[0]!.map((_, index) => rows.reduce((sum, row) => sum + row[index]!, 0) / rows.length);
  return logProbabilities(sums);
}
