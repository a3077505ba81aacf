import { z } from 'zod';
import { defineStep } from '../../../engine/plan/define-step.ts';
import { readRowMeta } from '../learning/row-meta.ts';
import { openTinyModel } from '../open-tiny-model.ts';

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
  async run({ items }, context) {
    const { openMiniClip } = await import('../../../ml/models/mini-clip/open-mini-clip.ts');
    const encoder = await openTinyModel(context, 'encoder', 'tiny-mini-clip', openMiniClip);
    const vectors = await encoder.pairFeatures(
      items.map(({ inputs }) => {
        const { head, tail } = readRowMeta(inputs.text!);
        return { image: inputs.image!.image!, head: head.text, tail: tail.text };
      }),
    );
    return vectors.map((features) => ({ features }));
  },
});
