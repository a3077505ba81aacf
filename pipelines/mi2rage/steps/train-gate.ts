import { z } from 'zod';
import { defineStep } from '../../../engine/plan/define-step.ts';
import { scheduleParams } from '../learning/schedule-params.ts';

/** The text gate: text-only models, each trained without its fold, that say which texts determine their label. */
export const trainGate = defineStep({
  kind: 'fold',
  name: 'train-gate',
  version: '1',
  module: import.meta.url,
  params: z.strictObject({ ...scheduleParams(250), folds: z.int().min(2).default(2).describe('Folds by instance') }),
  inputs: { text: 'text' },
  epochs: ({ steps, stepsPerEpoch }) => Math.ceil(steps / stepsPerEpoch),
  async run(task, context) {
    const { trainTextEpoch } = await import('../learning/train-text-epoch.ts');
    return trainTextEpoch(task, context, task.params);
  },
});
