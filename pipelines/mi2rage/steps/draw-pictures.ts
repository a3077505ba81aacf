import { z } from 'zod';
import { defineStep } from '../../../engine/plan/define-step.ts';
import { openTinyModel } from '../open-tiny-model.ts';

/** T: a picture of each text, an arrival in the missing modality. */
export const drawPictures = defineStep({
  kind: 'map',
  name: 'draw-pictures',
  version: '1',
  module: import.meta.url,
  params: z.strictObject({
    guidanceScale: z
      .number()
      .min(0)
      .default(1.5)
      .describe('w of classifier-free guidance, (1 + w) conditional - w unconditional logits'),
    temperature: z.number().positive().default(0.8).describe('Of the softmax that picture tokens are drawn from'),
  }),
  inputs: { text: 'text' },
  output: 'image',
  models: ['generator'],
  hop: true,
  batchSize: 128,
  async run({ items, params }, context) {
    const { openTextToImage } = await import('../../../ml/models/t2i/open-text-to-image.ts');
    const generator = await openTinyModel(context, 'generator', 'tiny-t2i', openTextToImage);
    const asked = items.map((item) => ({ text: item.inputs.text!.text!, seed: item.seed! }));
    const pictures = await generator.generate(asked, params);
    return pictures.map((image) => ({ image }));
  },
});
