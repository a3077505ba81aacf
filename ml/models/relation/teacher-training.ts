import { adamW, crossEntropy, defineTraining, type Training } from '../../nn/index.ts';
import { TEACHER_BATCH, VIEW_FEATURES } from './sizes.ts';
import { teacherLogits } from './teacher-logits.ts';

export function teacherTraining(classes: number): Training {
  return defineTraining({
    batch: [
      { name: 'view', shape: [TEACHER_BATCH, VIEW_FEATURES], dtype: 'float32' },
      { name: 'label', shape: [TEACHER_BATCH], dtype: 'int32' },
    ],
    loss: (scope, { view, label }) => ({ loss: crossEntropy(teacherLogits(scope, view, classes), label) }),
    optimizer: adamW({ weightDecay: 1e-3 }),
  }) as unknown as Training;
}
