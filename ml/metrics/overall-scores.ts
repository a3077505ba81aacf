import { classScores, type PrecisionRecall, precisionRecall } from './class-scores.ts';
import type { ConfusionMatrix } from './confusion-matrix.ts';

export interface OverallScores {
  /** Over all rows, the none-label included. */
  accuracy: number;
  /** Counts of all classes together. With a none-label: P = #(predicted = gold != none) / #(predicted != none), R likewise over gold,
   *  as the systems for MNRE do it. */
  micro: PrecisionRecall;
  /** Means over the classes that occur, the none-label left out. */
  macro: PrecisionRecall;
}

/** @param none label that doesn't count as found or to be found, such as `None`. */
export function overallScores(confusion: ConfusionMatrix, none?: string): OverallScores {
  const { labels, counts } = confusion;
  let [rows, right, correct, predicted, gold] = [0, 0, 0, 0, 0];
  for (const [i, row] of counts.entries()) {
    for (const [j, count] of row.entries()) {
      rows += count;
      if (i === j) right += count;
      if (i === j && labels[i] !== none) correct += count;
      if (labels[j] !== none) predicted += count;
      if (labels[i] !== none) gold += count;
    }
  }
  const classes = classScores(confusion).filter((scores) => scores.label !== none);
  const mean = (of: keyof PrecisionRecall): number =>
    classes.length === 0 ? 0 : classes.reduce((total, scores) => total + scores[of], 0) / classes.length;
  return {
    accuracy: rows === 0 ? 0 : right / rows,
    micro: precisionRecall(correct, predicted, gold),
    macro: { precision: mean('precision'), recall: mean('recall'), f1: mean('f1') },
  };
}
