import { z } from 'zod';
import { defineStep } from '../../../engine/plan/define-step.ts';
import { encodePairs } from '../encode-pairs.ts';

/** The frozen encoder's vector of (picture, pair): made once, for every learner. The pair is that of the real text. */
export const pairFeatures = defineStep({
  kind: 'map',
  name: 'pair-features',
  version: '1',
  module: import.meta.url,
  params: z.strictObject({}),
  inputs: { image: 'image', text: 'text' },
  output: 'features',
  models: ['encoder'],
  seeded: false,
  batchSize: 256,
  run: ({ items }, context) => encodePairs(items, context),
});
