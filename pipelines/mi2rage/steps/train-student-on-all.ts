import { z } from 'zod';
import { defineStep } from '../../../engine/plan/define-step.ts';
import { studentParams } from '../learning/student-params.ts';

/** The multi-view student on all views that it is given, without a selection: direct synthesis, and real pictures. */
export const trainStudentOnAll = defineStep({
  kind: 'fold',
  name: 'train-student-on-all',
  version: '1',
  module: import.meta.url,
  params: z.strictObject(studentParams),
  inputs: { text: 'text', views: 'features' },
  epochs: ({ steps, stepsPerEpoch }) => Math.ceil(steps / stepsPerEpoch),
  async run(task, context) {
    const { trainStudentEpoch } = await import('../learning/train-student-epoch.ts');
    return trainStudentEpoch(task, context, task.params);
  },
});
