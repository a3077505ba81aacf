import { z } from 'zod';
import { defineStep } from '../../../engine/plan/define-step.ts';
import { studentParams } from '../learning/student-params.ts';

/** The multi-view student on the views that a selection kept. */
export const trainStudent = defineStep({
  kind: 'fold',
  name: 'train-student',
  version: '1',
  module: import.meta.url,
  params: z.strictObject({
    ...studentParams,
    shuffle: z.boolean().default(false).describe('Control: every text gets the views of another one'),
  }),
  inputs: { text: 'text', views: 'features', decisions: 'decisions' },
  epochs: ({ steps, stepsPerEpoch }) => Math.ceil(steps / stepsPerEpoch),
  async run(task, context) {
    const { trainStudentEpoch } = await import('../learning/train-student-epoch.ts');
    const { keptViews, shuffledViews } = await import('../learning/kept-views.ts');
    const decisions = await task.nodes.decisions('decisions');
    return trainStudentEpoch(task, context, task.params, (views) => {
      const kept = keptViews(views, decisions);
      return task.params.shuffle ? shuffledViews(kept, task.seed) : kept;
    });
  },
});
