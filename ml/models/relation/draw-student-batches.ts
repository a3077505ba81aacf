import type { Philox } from '../../../engine/plan/philox.ts';
import { TEXT_TOKENS } from '../../data/scenes/vocabulary.ts';
import { dropoutMask, type TensorData } from '../../nn/index.ts';
import { drawOrder } from './draw-order.ts';
import { drawViews } from './draw-views.ts';
import type { RelationItem } from './relation-item.ts';
import { BATCH, FUSION_HIDDEN, VIEW_FEATURES } from './sizes.ts';
import { readingsOf } from './student-training.ts';

export interface StudentBatchOptions {
  steps: number;
  /** M of the graph. */
  views: number;
  /** Weight of the mean per-view cross-entropy. */
  viewLoss: number;
  /** Weight of the cross-entropy without any view. */
  textLoss: number;
  dropout: number;
}

/** The batches of an epoch, stacked [steps, ...]: who comes when, which views, how much each reading counts, what is dropped. */
export function drawStudentBatches(
  items: readonly RelationItem[],
  random: Philox,
  options: StudentBatchOptions,
): Record<string, TensorData> {
  const { steps, views } = options;
  const rows = steps * BATCH;
  const readings = readingsOf(views);
  const ids = new Int32Array(rows * TEXT_TOKENS);
  const keep = new Float32Array(rows * TEXT_TOKENS);
  const marks = new Float32Array(rows * 2 * TEXT_TOKENS);
  const features = new Float32Array(rows * views * VIEW_FEATURES);
  const present = new Float32Array(rows * views);
  const labels = new Int32Array(rows * readings);
  const weights = new Float32Array(rows * readings);
  for (const [row, index] of drawOrder(random, items.length, rows).entries()) {
    const item = items[index]!;
    ids.set(item.text.ids, row * TEXT_TOKENS);
    keep.set(item.text.keep, row * TEXT_TOKENS);
    marks.set(item.text.marks, row * 2 * TEXT_TOKENS);
    labels.fill(item.label, row * readings, (row + 1) * readings);
    const drawn = views === 0 ? [] : drawViews(random, Math.min(item.views.length, views));
    for (const [place, view] of drawn.entries()) {
      features.set(item.views[view]!, (row * views + place) * VIEW_FEATURES);
      present[row * views + place] = 1;
    }
    weights.set(readingWeights(drawn.length, options), row * readings);
  }
  const kept = dropoutMask(random, rows * FUSION_HIDDEN, options.dropout);
  return { ids, keep, marks, kept, labels, weights, ...(views > 0 ? { views: features, present } : {}) };
}

/** What each reading of one instance adds to the batch's loss. Without a view drawn, only the text's own reading is left. */
function readingWeights(drawn: number, { views, viewLoss, textLoss }: StudentBatchOptions): number[] {
  if (views === 0) return [1 / BATCH];
  const each = Array.from({ length: views }, (_, place) => (place < drawn ? viewLoss / drawn / BATCH : 0));
  return [1 / BATCH, ...each, textLoss / BATCH];
}
