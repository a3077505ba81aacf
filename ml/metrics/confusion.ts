import type { LabelledPrediction } from './prediction.ts';

/** counts[true class][predicted class]. */
export interface Confusion {
  classes: string[];
  counts: number[][];
}

/** How often each class was taken for which. Classes in the given order, others that occur after them, sorted. */
export function confusion(predictions: readonly LabelledPrediction[], classes: readonly string[] = []): Confusion {
  const others = [...new Set(predictions.flatMap(({ label, predicted }) => [label, predicted]))]
    .filter((name) => !classes.includes(name))
    .sort();
  const all = [...classes, ...others];
  const index = new Map(all.map((name, i) => [name, i]));
  const counts = all.map(() => all.map(() => 0));
  for (const { label, predicted } of predictions) counts[index.get(label)!]![index.get(predicted)!]!++;
  return { classes: all, counts };
}
