import { z } from 'zod';
import { defineStep } from '../../../engine/plan/define-step.ts';

/** The teacher's cross-entropy of every picture of the pool: low where the picture shows the label. */
export const teacherScores = defineStep({
  kind: 'map',
  name: 'teacher-scores',
  version: '1',
  module: import.meta.url,
  params: z.strictObject({
    source: z
      .enum(['train', 'trajectory', 'out-of-fold'])
      .default('train')
      .describe('Last state; mean over all states; the model that was trained without the instance'),
  }),
  inputs: { features: 'features', text: 'text', image: { medium: 'image', load: false }, teacher: 'checkpoint' },
  output: 'scores',
  subject: 'image',
  seeded: false,
  batchSize: 4096,
  async run(task, context) {
    const { scorePictures } = await import('../learning/score-pictures.ts');
    return scorePictures(task, context, task.params.source);
  },
});
