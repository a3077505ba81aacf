/** Counts by true class (rows) and predicted class (columns). */
export interface ConfusionMatrix {
  /** Sorted. */
  labels: readonly string[];
  counts: readonly (readonly number[])[];
}

/** @param labels default: all that occur, sorted. Labels outside of it are an error. */
export function confusionMatrix(
  rows: readonly { gold: string; predicted: string }[],
  labels: readonly string[] = [...new Set(rows.flatMap((row) => [row.gold, row.predicted]))].sort(),
): ConfusionMatrix {
  const place = new Map(labels.map((label, index) => [label, index]));
  const counts = labels.map(() => new Array<number>(labels.length).fill(0));
  for (const { gold, predicted } of rows) {
    const [row, column] = [place.get(gold), place.get(predicted)];
    if (row === undefined || column === undefined) throw new RangeError(`confusion.labels must have ${gold} and ${predicted}`);
    counts[row]![column]! += 1;
  }
  return { labels, counts };
}
