import { z } from 'zod';
import { defineStep } from '../../../engine/plan/define-step.ts';
import { openTinyModel } from '../open-tiny-model.ts';

/** B: a caption of each picture, from which the chain draws again. */
export const writeCaptions = defineStep({
  kind: 'map',
  name: 'write-captions',
  version: '1',
  module: import.meta.url,
  params: z.strictObject({
    topP: z.number().positive().max(1).default(0.95).describe('Nucleus that relation and words are drawn from'),
    sayThreshold: z.number().min(0).max(1).default(0.7).describe('Least probability at which the captioner speaks of a pair'),
  }),
  inputs: { image: 'image' },
  output: 'text',
  models: ['captioner'],
  hop: true,
  batchSize: 128,
  async run({ items, params }, context) {
    const { openCaptioner } = await import('../../../ml/models/captioner/open-captioner.ts');
    const captioner = await openTinyModel(context, 'captioner', 'tiny-captioner', openCaptioner);
    const captions = await captioner.caption(
      items.map((item) => ({ image: item.inputs.image!.image!, seed: item.seed! })),
      params,
    );
    return captions.map(({ text, ...plan }) => ({ text, meta: plan }));
  },
});
