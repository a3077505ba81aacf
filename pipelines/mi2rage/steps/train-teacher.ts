import { z } from 'zod';
import { defineStep } from '../../../engine/plan/define-step.ts';
import { teacherParams } from '../learning/teacher-params.ts';

/** The teacher without a gate: every instance is drawn equally often. */
export const trainTeacher = defineStep({
  kind: 'fold',
  name: 'train-teacher',
  version: '1',
  module: import.meta.url,
  params: z.strictObject(teacherParams),
  inputs: { text: 'text', views: 'features' },
  epochs: ({ steps, stepsPerEpoch }) => Math.ceil(steps / stepsPerEpoch),
  async run(task, context) {
    const { trainTeacherEpoch } = await import('../learning/train-teacher-epoch.ts');
    return trainTeacherEpoch(task, context, task.params);
  },
});
