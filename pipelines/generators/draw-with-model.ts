import { z } from 'zod';
import { defineStep } from '../../engine/plan/define-step.ts';
import { HoplineError } from '../../engine/plan/errors.ts';
import type { MapOutput } from '../../engine/plan/step-io.ts';
import { openFromFolder, wrongAdapter } from './open-generator.ts';

/** A picture of each text by a registered model: a Stable Diffusion folder, or a server over HTTP. */
export const drawWithModel = defineStep({
  kind: 'map',
  name: 'draw-with-model',
  version: '1',
  module: import.meta.url,
  params: z.strictObject({
    steps: z.int().min(1).max(1000).default(25).describe('Denoising steps'),
    guidanceScale: z.number().min(0).max(100).default(7.5).describe('Of classifier-free guidance; 1 or less: none'),
    negativePrompt: z.string().max(2000).default('').describe('What pictures should not show'),
    scheduler: z
      .enum(['ddim', 'pndm', 'euler', 'euler_karras', 'euler_a', 'dpmpp_2m', 'dpmpp_2m_karras', 'lcm'])
      .nullable()
      .default(null)
      .describe("null: the model's own"),
    width: z.int().min(8).max(8192).nullable().default(null).describe('Pixels; null: what the model was trained at'),
    height: z.int().min(8).max(8192).nullable().default(null).describe('Pixels; null: what the model was trained at'),
  }),
  inputs: { text: 'text' },
  output: 'image',
  models: ['generator'],
  hop: true,
  // Levels of a colour: another device rounds differently.
  determinism: { tolerance: 2 },
  resource: 'gpu',
  batchSize: 16,
  async run({ items, params }, context) {
    const model = context.model('generator');
    const asked = items.map((item) => ({ prompt: item.inputs.text!.text!, seed: item.seed! }));
    switch (model.adapter) {
      case 'stable-diffusion': {
        const { openStableDiffusion } = await import('../../ml/models/stable-diffusion/index.ts');
        const { negativePrompt, width, height, scheduler, ...options } = params;
        const pipeline = await openFromFolder(context, model, openStableDiffusion);
        const pictures = await pipeline.generate(
          asked.map((item) => ({ ...item, negativePrompt })),
          { ...options, ...(scheduler ? { scheduler } : {}), ...(width ? { width } : {}), ...(height ? { height } : {}) },
        );
        return pictures.map((picture): MapOutput => (picture instanceof HoplineError ? failed(picture) : { image: picture }));
      }
      case 'http': {
        const { openHttpPainter } = await import('../../ml/models/http/index.ts');
        return (await openHttpPainter(model, context)).outputs(asked);
      }
      default:
        throw wrongAdapter(model, 'generator', ['stable-diffusion', 'http']);
    }
  },
});

const failed = ({ code, message }: HoplineError): MapOutput => ({ failed: `${code} ${message}` });
