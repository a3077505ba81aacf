import { TEXT_TOKENS } from '../../data/scenes/vocabulary.ts';
import { defineInference, type Inference, type TensorSpec, type Value } from '../../nn/index.ts';
import { BATCH, VIEW_FEATURES } from './sizes.ts';
import { studentLogits } from './student-logits.ts';

/** The student without dropout, for a fixed batch: a row's numbers don't depend on its neighbours.
 *  Output `logits` [BATCH, readings, classes], rows as in `studentLogits`. */
export function studentInference(classes: number, views: number): Inference<readonly TensorSpec[], 'logits'> {
  const pictures: TensorSpec[] = [
    { name: 'views', shape: [BATCH, views, VIEW_FEATURES], dtype: 'float32' },
    { name: 'present', shape: [BATCH, views], dtype: 'float32' },
    { name: 'floor', shape: [BATCH, views], dtype: 'float32' },
  ];
  const inputs: readonly TensorSpec[] = [
    { name: 'ids', shape: [BATCH, TEXT_TOKENS], dtype: 'int32' },
    { name: 'keep', shape: [BATCH, TEXT_TOKENS], dtype: 'float32' },
    { name: 'marks', shape: [BATCH, 2, TEXT_TOKENS], dtype: 'float32' },
    ...(views > 0 ? pictures : []),
  ];
  return defineInference({
    inputs,
    forward: (scope, given) => {
      const input = given as Record<string, Value>;
      const texts = { ids: input.ids!, keep: input.keep!, marks: input.marks! };
      const withViews = { ...texts, pictures: { views: input.views!, present: input.present!, floor: input.floor! } };
      return { logits: studentLogits(scope, views > 0 ? withViews : texts, { classes }) };
    },
  });
}
