import { z } from 'zod';
import { defineStep } from '../../engine/plan/define-step.ts';
import { openHttpCaptioner, openHttpPainter } from '../../ml/models/http/index.ts';

export const rows = defineStep({
  kind: 'source',
  name: 'http-rows',
  version: '1',
  module: import.meta.url,
  params: z.strictObject({}),
  choose: (all) => all.map((row) => row.index),
});

export const httpPicture = defineStep({
  kind: 'map',
  name: 'http-picture',
  version: '1',
  module: import.meta.url,
  params: z.strictObject({}),
  inputs: { text: 'text' },
  output: 'image',
  models: ['generator'],
  hop: true,
  determinism: 'stochastic',
  batchSize: 8,
  async run({ items }, context) {
    const painter = await openHttpPainter(context.model('generator'), context);
    return painter.outputs(items.map((item) => ({ prompt: item.inputs.text!.text!, seed: item.seed! })));
  },
});

export const httpCaption = defineStep({
  kind: 'map',
  name: 'http-caption',
  version: '1',
  module: import.meta.url,
  params: z.strictObject({ prompt: z.string() }),
  inputs: { image: 'image' },
  output: 'text',
  models: ['captioner'],
  hop: true,
  determinism: 'stochastic',
  batchSize: 8,
  async run({ items, params }, context) {
    const captioner = await openHttpCaptioner(context.model('captioner'), context);
    return captioner.outputs(items.map((item) => ({ image: item.inputs.image!.image!, seed: item.seed!, ...params })));
  },
});

/** Made here: a text's length. */
export const textLength = defineStep({
  kind: 'map',
  name: 'http-text-length',
  version: '1',
  module: import.meta.url,
  params: z.strictObject({}),
  inputs: { text: 'text' },
  output: 'scores',
  batchSize: 4,
  run: async ({ items }) => items.map(({ inputs }) => ({ loss: inputs.text!.text!.length })),
});
