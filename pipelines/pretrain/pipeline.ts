import { z } from 'zod';
import { definePipeline } from '../../engine/plan/define-pipeline.ts';
import { exportModels } from './steps/export-models.ts';
import { trainCaptioner } from './steps/train-captioner.ts';
import { trainCodebook } from './steps/train-codebook.ts';
import { trainMiniClip } from './steps/train-mini-clip.ts';
import { trainTextToImage } from './steps/train-text-to-image.ts';

const schedule = (epochs: number, stepsPerEpoch: number, what: string) =>
  z
    .strictObject({ epochs: z.int().min(1).default(epochs), stepsPerEpoch: z.int().min(1).default(stepsPerEpoch) })
    .prefault({})
    .describe(what);

/** Trains the tiny world's models on procedural scenes. Nothing is read: every picture follows from the seed. */
export const pretrain = definePipeline({
  name: 'pretrain',
  version: '1',
  description: 'Train the tiny models that ship: codebook, mini-CLIP, text-to-image generator, captioner',
  params: z.strictObject({
    codebook: schedule(10, 60_000, 'k-means rounds, and patches that it sees'),
    miniClip: schedule(30, 100, 'mini-CLIP: epochs and steps an epoch'),
    textToImage: schedule(40, 100, 'generator: epochs and steps an epoch'),
    captioner: schedule(16, 100, 'captioner: epochs and steps an epoch'),
    measured: z.int().min(0).default(200).describe('Texts that the finished generator is measured on; 0 measures nothing'),
  }),
  profiles: {
    tiny: {
      codebook: { epochs: 2, stepsPerEpoch: 2_000 },
      miniClip: { epochs: 2, stepsPerEpoch: 4 },
      textToImage: { epochs: 2, stepsPerEpoch: 3 },
      captioner: { epochs: 2, stepsPerEpoch: 3 },
      measured: 0,
    },
  },
  build(pipeline, params) {
    const codebook = pipeline.fold('codebook', trainCodebook, { inputs: {}, params: params.codebook });
    const miniClip = pipeline.fold('mini-clip', trainMiniClip, { inputs: { codebook }, params: params.miniClip });
    const textToImage = pipeline.fold('text-to-image', trainTextToImage, { inputs: { codebook }, params: params.textToImage });
    const captioner = pipeline.fold('captioner', trainCaptioner, { inputs: { codebook, miniClip }, params: params.captioner });
    pipeline.reduce('export', exportModels, {
      inputs: { codebook, miniClip, textToImage, captioner },
      params: { measured: params.measured },
    });
  },
});
