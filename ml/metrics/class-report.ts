import { type Confusion, confusion } from './confusion.ts';
import type { LabelledPrediction } from './prediction.ts';

export interface PrecisionRecall {
  precision: number;
  recall: number;
  f1: number;
  /** Number of true members. */
  support: number;
}

export interface ClassReport {
  perClass: Record<string, PrecisionRecall>;
  /** From the counts of all classes together. */
  micro: PrecisionRecall;
  /** Mean of the classes that occur, as truth or as prediction. */
  macro: PrecisionRecall;
}

export interface ClassReportOptions {
  /** Classes that count even when they don't occur, in this order. */
  classes?: readonly string[];
  /** The class that means "no relation": left out of everything, as MNRE is scored. Then micro precision is over predictions other
   *  than it, micro recall over labels other than it. Default: none; then micro F1 is the accuracy. */
  none?: string;
}

/** Precision, recall and F1. A quotient without cases (no such prediction, no such label) is 0. */
export function classReport(predictions: readonly LabelledPrediction[], { classes, none }: ClassReportOptions = {}): ClassReport {
  const matrix = confusion(predictions, classes);
  const counted = matrix.classes
    .map((name, index) => ({ name, counts: countsOf(matrix, index) }))
    .filter(({ name }) => name !== none);
  const perClass = Object.fromEntries(counted.map(({ name, counts }) => [name, quotients(counts)]));
  const total = counted.reduce((sum, { counts }) => add(sum, counts), { right: 0, predicted: 0, support: 0 });
  const occurring = counted.filter(({ counts }) => counts.predicted + counts.support > 0).map(({ name }) => perClass[name]!);
  return { perClass, micro: quotients(total), macro: mean(occurring, total.support) };
}

interface Counts {
  right: number;
  predicted: number;
  support: number;
}

function countsOf({ counts }: Confusion, index: number): Counts {
  const support = counts[index]!.reduce((sum, count) => sum + count, 0);
  const predicted = counts.reduce((sum, row) => sum + row[index]!, 0);
  return { right: counts[index]![index]!, predicted, support };
}

const add = (a: Counts, b: Counts): Counts => ({
  right: a.right + b.right,
  predicted: a.predicted + b.predicted,
  support: a.support + b.support,
});

function quotients({ right, predicted, support }: Counts): PrecisionRecall {
  const precision = predicted === 0 ? 0 : right / predicted;
  const recall = support === 0 ? 0 : right / support;
  return { precision, recall, f1: right === 0 ? 0 : (2 * precision * recall) / (precision + recall), support };
}

function mean(reports: PrecisionRecall[], support: number): PrecisionRecall {
  const of = (key: 'precision' | 'recall' | 'f1'): number =>
    reports.length === 0 ? 0 : reports.reduce((sum, report) => sum + report[key], 0) / reports.length;
  return { precision: of('precision'), recall: of('recall'), f1: of('f1'), support };
}
