import { TEXT_TOKENS } from '../../data/scenes/vocabulary.ts';
import type { Tensor } from '../../nn/index.ts';
import type { EncodedText } from './encode-text.ts';
import { BATCH, VIEW_FEATURES } from './sizes.ts';

export interface StudentFeedRow {
  text: EncodedText;
  views: readonly Float32Array[];
  /** Least weight of the first view. */
  floor: number;
}

/** Up to BATCH rows as the inputs of `studentInference`; the rest of the batch is zeros. */
export function studentFeeds(rows: readonly StudentFeedRow[], views: number): Record<string, Tensor> {
  const ids = new Int32Array(BATCH * TEXT_TOKENS);
  const keep = new Float32Array(BATCH * TEXT_TOKENS).fill(1);
  const marks = new Float32Array(BATCH * 2 * TEXT_TOKENS);
  const features = new Float32Array(BATCH * views * VIEW_FEATURES);
  const present = new Float32Array(BATCH * views);
  const floor = new Float32Array(BATCH * views);
  for (const [row, item] of rows.entries()) {
    ids.set(item.text.ids, row * TEXT_TOKENS);
    keep.set(item.text.keep, row * TEXT_TOKENS);
    marks.set(item.text.marks, row * 2 * TEXT_TOKENS);
    for (const [place, view] of item.views.entries()) {
      features.set(view, (row * views + place) * VIEW_FEATURES);
      present[row * views + place] = 1;
    }
    if (item.views.length > 0) floor[row * views] = item.floor;
  }
  const texts = {
    ids: { data: ids, shape: [BATCH, TEXT_TOKENS] },
    keep: { data: keep, shape: [BATCH, TEXT_TOKENS] },
    marks: { data: marks, shape: [BATCH, 2, TEXT_TOKENS] },
  };
  if (views === 0) return texts;
  return {
    ...texts,
    views: { data: features, shape: [BATCH, views, VIEW_FEATURES] },
    present: { data: present, shape: [BATCH, views] },
    floor: { data: floor, shape: [BATCH, views] },
  };
}
