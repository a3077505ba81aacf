import { defineStep } from '../../../engine/plan/define-step.ts';
import { scheduleParams, trainEpoch } from '../train-epoch.ts';

/** Trains the captioner. */
export const trainCaptioner = defineStep({
  kind: 'fold',
  name: 'train-captioner',
  version: '1',
  module: import.meta.url,
  params: scheduleParams,
  inputs: { codebook: 'checkpoint', miniClip: 'checkpoint' },
  epochs: (params) => params.epochs,
  run: (task, context) => trainEpoch('captioner', task, context),
});
