import type { Philox } from '../../../engine/plan/philox.ts';
import type { TensorData } from '../../nn/index.ts';
import type { RelationItem } from './relation-item.ts';
import { TEACHER_BATCH, VIEW_FEATURES } from './sizes.ts';

/** Added to every sampling weight, so that no instance is shut out. */
const LEAST_WEIGHT = 1e-4;

/** Instances in proportion to their weights, with replacement, and one random view of each, stacked [steps, ...]. */
export function drawTeacherBatches(items: readonly RelationItem[], random: Philox, steps: number): Record<string, TensorData> {
  const rows = steps * TEACHER_BATCH;
  const pick = sampler(items.map((item) => (item.weight ?? 1) + LEAST_WEIGHT));
  const view = new Float32Array(rows * VIEW_FEATURES);
  const label = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    const item = items[pick(random.uniform())]!;
    view.set(random.choice(item.views), row * VIEW_FEATURES);
    label[row] = item.label;
  }
  return { view, label };
}

/** Inverse of the cumulative weights: u in [0, 1) -> index. */
function sampler(weights: number[]): (u: number) => number {
  const cumulative = new Float64Array(weights.length);
  let total = 0;
  for (const [i, weight] of weights.entries()) cumulative[i] = total += weight;
  return (u) => {
    const target = u * total;
    let [low, high] = [0, weights.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (cumulative[middle]! > target) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}
