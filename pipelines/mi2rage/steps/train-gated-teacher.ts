import { z } from 'zod';
import { defineStep } from '../../../engine/plan/define-step.ts';
import { teacherParams } from '../learning/teacher-params.ts';

/** The teacher with the text gate: an instance is drawn as often as its text determines its label. */
export const trainGatedTeacher = defineStep({
  kind: 'fold',
  name: 'train-gated-teacher',
  version: '1',
  module: import.meta.url,
  params: z.strictObject(teacherParams),
  inputs: { text: 'text', views: 'features', weights: 'scores' },
  epochs: ({ steps, stepsPerEpoch }) => Math.ceil(steps / stepsPerEpoch),
  async run(task, context) {
    const { trainTeacherEpoch } = await import('../learning/train-teacher-epoch.ts');
    const scores = await task.nodes.scores('weights');
    return trainTeacherEpoch(task, context, task.params, new Map(scores.map((score) => [score.rootKey, score.values.weight!])));
  },
});
