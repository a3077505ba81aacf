import { defineStep } from '../../../engine/plan/define-step.ts';
import { scheduleParams, trainEpoch } from '../train-epoch.ts';

/** Trains the frozen aligned encoder. */
export const trainMiniClip = defineStep({
  kind: 'fold',
  name: 'train-mini-clip',
  version: '1',
  module: import.meta.url,
  params: scheduleParams,
  inputs: { codebook: 'checkpoint' },
  epochs: (params) => params.epochs,
  run: (task, context) => trainEpoch('mini-clip', task, context),
});
