import type { LabelledPrediction } from './prediction.ts';

/** The predictions under `all`, then of each slice under its name, sorted. */
export function bySlice<P extends LabelledPrediction>(predictions: readonly P[]): Map<string, P[]> {
  const slices = new Map<string, P[]>([['all', [...predictions]]]);
  for (const name of [...new Set(predictions.map(({ slice }) => slice))].sort()) {
    if (name !== undefined)
      slices.set(
        name,
        predictions.filter(({ slice }) => slice === name),
      );
  }
  return slices;
}
