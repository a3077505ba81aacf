import { z } from 'zod';
import { defineStep } from '../../engine/plan/define-step.ts';
import { HoplineError } from '../../engine/plan/errors.ts';
import type { MapOutput } from '../../engine/plan/step-io.ts';
import { openFromFolder, wrongAdapter } from './open-generator.ts';

/** A text about each picture by a registered model: BLIP, an encoder-decoder as ViT-GPT2, or a server over HTTP. */
export const writeWithModel = defineStep({
  kind: 'map',
  name: 'write-with-model',
  version: '1',
  module: import.meta.url,
  params: z.strictObject({
    method: z
      .enum(['greedy', 'beam', 'sample'])
      .default('sample')
      .describe('How words are chosen; only sample varies with the seed'),
    beams: z.int().min(1).max(64).default(4).describe('Of a beam search'),
    topK: z.int().min(0).default(50).describe('Sampling: among so many words; 0: all'),
    topP: z.number().positive().max(1).default(0.95).describe('Sampling: the nucleus'),
    temperature: z.number().positive().default(1).describe('Sampling: divides the logits'),
    minLength: z.int().min(0).default(0).describe('Tokens before the end may come'),
    maxLength: z.int().min(1).nullable().default(null).describe("Tokens at most; null: the model's own"),
    repetitionPenalty: z.number().positive().default(1).describe('Above 1 discourages words that are there already'),
    prompt: z.string().max(2000).default('').describe('What every text begins with; of a server: what is asked'),
  }),
  inputs: { image: 'image' },
  output: 'text',
  models: ['captioner'],
  hop: true,
  resource: 'gpu',
  batchSize: 32,
  async run({ items, params }, context) {
    const model = context.model('captioner');
    const { prompt, maxLength, beams, ...rest } = params;
    const asked = items.map((item) => ({
      image: item.inputs.image!.image!,
      seed: item.seed!,
      ...(prompt ? { prompt } : {}),
    }));
    if (model.adapter === 'http') {
      const { openHttpCaptioner } = await import('../../ml/models/http/index.ts');
      return (await openHttpCaptioner(model, context)).outputs(asked);
    }
    const captioner = await openFromFolder(
      context,
      model,
      await captionerOf(model.adapter, () => wrongAdapter(model, 'captioner', KNOWN)),
    );
    const texts = await captioner.caption(asked, {
      ...rest,
      ...(rest.method === 'beam' ? { beams } : {}),
      ...(maxLength === null ? {} : { maxLength }),
    });
    return texts.map(
      (text): MapOutput =>
        text instanceof HoplineError ? { failed: `${text.code} ${text.message}` } : { text: text.text.trim() },
    );
  },
});

const KNOWN = ['blip', 'vision-encoder-decoder', 'http'];

async function captionerOf(adapter: string, unknown: () => HoplineError) {
  if (adapter === 'blip') return (await import('../../ml/models/blip/open-blip.ts')).openBlip;
  if (adapter === 'vision-encoder-decoder')
    return (await import('../../ml/models/vision-encoder-decoder/open-vision-encoder-decoder.ts')).openVisionEncoderDecoder;
  throw unknown();
}
