import type { ConfusionMatrix } from './confusion-matrix.ts';

export interface PrecisionRecall {
  precision: number;
  recall: number;
  f1: number;
}

export interface ClassScores extends PrecisionRecall {
  label: string;
  /** True members. */
  support: number;
}

/** Precision, recall and F1 from counts; 0 where nothing was predicted or there is nothing to find. */
export function precisionRecall(correct: number, predicted: number, gold: number): PrecisionRecall {
  const precision = predicted === 0 ? 0 : correct / predicted;
  const recall = gold === 0 ? 0 : correct / gold;
  return { precision, recall, f1: precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall) };
}

/** Each class that occurs, as truth or as prediction. */
export function classScores({ labels, counts }: ConfusionMatrix): ClassScores[] {
  return labels.flatMap((label, at) => {
    const support = sum(counts[at]!);
    const predicted = sum(counts.map((row) => row[at]!));
    if (support + predicted === 0) return [];
    return [{ label, support, ...precisionRecall(counts[at]![at]!, predicted, support) }];
  });
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
