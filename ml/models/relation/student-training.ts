import { TEXT_TOKENS } from '../../data/scenes/vocabulary.ts';
import { adamW, crossEntropy, defineTraining, slice, sum, type Training, type Value } from '../../nn/index.ts';
import { BATCH, FUSION_HIDDEN, VIEW_FEATURES } from './sizes.ts';
import { studentLogits } from './student-logits.ts';

export interface StudentShape {
  classes: number;
  /** M: views of an instance in a step. 0: text only. */
  views: number;
  /** Default 0.1. */
  dropout?: number;
}

/** Readings of an instance: see `studentLogits`. */
export const readingsOf = (views: number): number => (views === 0 ? 1 : views + 2);

/** The student's training graph. Which views take part, how much each reading's cross-entropy counts and what is dropped are inputs,
 *  drawn outside from a counter-based generator: the graph is static and has no randomness of its own. */
export function studentTraining({ classes, views, dropout = 0.1 }: StudentShape): Training {
  const readings = readingsOf(views);
  const pictures = [
    { name: 'views', shape: [BATCH, views, VIEW_FEATURES], dtype: 'float32' },
    { name: 'present', shape: [BATCH, views], dtype: 'float32' },
  ] as const;
  return defineTraining({
    batch: [
      { name: 'ids', shape: [BATCH, TEXT_TOKENS], dtype: 'int32' },
      { name: 'keep', shape: [BATCH, TEXT_TOKENS], dtype: 'float32' },
      { name: 'marks', shape: [BATCH, 2, TEXT_TOKENS], dtype: 'float32' },
      ...(views > 0 ? pictures : []),
      { name: 'kept', shape: [BATCH, FUSION_HIDDEN], dtype: 'bool' },
      { name: 'labels', shape: [BATCH, readings], dtype: 'int32' },
      { name: 'weights', shape: [BATCH, readings], dtype: 'float32' },
    ],
    loss: (scope, batch) => {
      const input = batch as Record<string, Value>;
      const texts = { ids: input.ids!, keep: input.keep!, marks: input.marks! };
      const inputs = views > 0 ? { ...texts, pictures: { views: input.views!, present: input.present! } } : texts;
      const logits = studentLogits(scope, inputs, { classes, drop: { keep: input.kept!, rate: dropout } });
      const losses = crossEntropy(logits, input.labels!, { weights: input.weights!, reduction: 'none' });
      return { loss: sum(losses), metrics: { crossEntropy: sum(slice(losses, 1, 0, 1)) } };
    },
    optimizer: adamW({ weightDecay: 1e-3 }),
  });
}
