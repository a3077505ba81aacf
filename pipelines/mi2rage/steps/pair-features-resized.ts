import { z } from 'zod';
import { defineStep } from '../../../engine/plan/define-step.ts';
import { readRowMeta } from '../learning/row-meta.ts';
import { openTinyModel } from '../open-tiny-model.ts';

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
    const { openMiniClip } = await import('../../../ml/models/mini-clip/open-mini-clip.ts');
    const { fitPicture } = await import('../../../ml/models/fit-picture.ts');
    const encoder = await openTinyModel(context, 'encoder', 'tiny-mini-clip', openMiniClip);
    const pairs = await Promise.all(
      items.map(async ({ inputs }) => {
        const { head, tail } = readRowMeta(inputs.text!);
        return { image: await fitPicture(inputs.image!.image!), head: head.text, tail: tail.text };
      }),
    );
    return (await encoder.pairFeatures(pairs)).map((features) => ({ features }));
  },
});
