import { z } from 'zod';
import { defineStep } from '../../../engine/plan/define-step.ts';
import { encodePairs } from '../encode-pairs.ts';

/** As pair-features, of pictures of any size: they are made as large as the encoder's first. */
export const pairFeaturesResized = defineStep({
  kind: 'map',
  name: 'pair-features-resized',
  version: '1',
  module: import.meta.url,
  params: z.strictObject({}),
  inputs: { image: 'image', text: 'text' },
  output: 'features',
  models: ['encoder'],
  seeded: false,
  batchSize: 64,
  async run({ items }, context) {
    const { fitPicture } = await import('../../../ml/models/fit-picture.ts');
    return encodePairs(items, context, fitPicture);
  },
});
