import { z } from 'zod';
import { defineStep } from '../../../engine/plan/define-step.ts';
import { scheduleParams } from '../learning/schedule-params.ts';

/** The unimodal baseline: the student without pictures. */
export const trainTextStudent = defineStep({
  kind: 'fold',
  name: 'train-text-student',
  version: '1',
  module: import.meta.url,
  params: z.strictObject({
    ...scheduleParams(250),
    dropout: z.number().min(0).max(0.9).default(0.1).describe('Of the fusion layer'),
  }),
  inputs: { text: 'text' },
  epochs: ({ steps, stepsPerEpoch }) => Math.ceil(steps / stepsPerEpoch),
  async run(task, context) {
    const { trainTextEpoch } = await import('../learning/train-text-epoch.ts');
    return trainTextEpoch(task, context, task.params);
  },
});
