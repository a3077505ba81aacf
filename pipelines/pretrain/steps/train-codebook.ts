import { defineStep } from '../../../engine/plan/define-step.ts';
import { scheduleParams, trainEpoch } from '../train-epoch.ts';

/** Trains k-means codes of 4x4 patches. */
export const trainCodebook = defineStep({
  kind: 'fold',
  name: 'train-codebook',
  version: '1',
  module: import.meta.url,
  params: scheduleParams,
  inputs: {},
  epochs: (params) => params.epochs,
  run: (task, context) => trainEpoch('codebook', task, context),
});
