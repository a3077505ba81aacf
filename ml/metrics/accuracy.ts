import type { LabelledPrediction } from './prediction.ts';

/** Share of predictions that are right. NaN when there is none. */
export function accuracy(predictions: readonly LabelledPrediction[]): number {
  return predictions.filter(({ label, predicted }) => label === predicted).length / predictions.length;
}
