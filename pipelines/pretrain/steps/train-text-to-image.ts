import { defineStep } from '../../../engine/plan/define-step.ts';
import { scheduleParams, trainEpoch } from '../train-epoch.ts';

/** Trains the text-to-image generator. */
export const trainTextToImage = defineStep({
  kind: 'fold',
  name: 'train-text-to-image',
  version: '1',
  module: import.meta.url,
  params: scheduleParams,
  inputs: { codebook: 'checkpoint' },
  epochs: (params) => params.epochs,
  run: (task, context) => trainEpoch('text-to-image', task, context),
});
