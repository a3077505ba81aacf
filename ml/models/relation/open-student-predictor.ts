import { openInference } from '../../nn/index.ts';
import type { EncodedText } from './encode-text.ts';
import { loadLearner } from './learner-state.ts';
import { averageLogProbabilities, logProbabilities } from './log-probabilities.ts';
import { BATCH } from './sizes.ts';
import { studentFeeds } from './student-feeds.ts';
import { studentInference } from './student-inference.ts';
import { type ViewMode, viewsOf } from './view-mode.ts';

export interface PredictItem {
  text: EncodedText;
  real: readonly Float32Array[];
  synthetic: readonly Float32Array[];
}

export interface PredictorOptions {
  threads?: number;
  classes: number;
  /** Which model of a folded checkpoint. Default 0. */
  fold?: number;
}

export interface StudentPredictor {
  /** Class log-probabilities of each item. `floorWeight`: least attention to the real view in `real+synthetic`, 0..1. Default 0. */
  predict(items: readonly PredictItem[], mode: ViewMode, options?: { floorWeight?: number }): Promise<number[][]>;
}

/** Reads a checkpoint of the student, or in mode `text` of the text learner. Items without a view of the mode are read as text. */
export function openStudentPredictor(state: Uint8Array, { threads = 1, classes, fold = 0 }: PredictorOptions): StudentPredictor {
  const { params } = loadLearner(state).states[fold]!;
  return {
    async predict(items, mode, { floorWeight = 0 } = {}) {
      const rows = items.map((item) => ({
        text: item.text,
        views: viewsOf(mode, item),
        floor: mode === 'real+synthetic' && item.real.length > 0 && item.synthetic.length > 0 ? floorWeight : 0,
      }));
      const most = Math.max(0, ...rows.map((row) => row.views.length));
      const model = await openInference(studentInference(classes, most), params, { threads });
      try {
        const found: number[][] = [];
        for (let start = 0; start < rows.length; start += BATCH) {
          const batch = rows.slice(start, start + BATCH);
          const { logits } = await model.run(studentFeeds(batch, most));
          const [, readings, width] = logits.shape as [number, number, number];
          for (const [row, { views }] of batch.entries()) {
            const reading = (at: number): number[] => {
              const from = (row * readings + at) * width;
              return logProbabilities((logits.data as Float32Array).subarray(from, from + width));
            };
            found.push(readRow(reading, views.length, readings, mode));
          }
        }
        return found;
      } finally {
        await model.close();
      }
    },
  };
}

/** Row 0 reads all views, 1..M one each, the last none. */
function readRow(reading: (at: number) => number[], views: number, readings: number, mode: ViewMode): number[] {
  if (views === 0) return reading(readings - 1);
  if (mode !== 'tda') return reading(0);
  return averageLogProbabilities(Array.from({ length: views }, (_, place) => reading(1 + place)));
}
