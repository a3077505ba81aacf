import type { ModelAdapter, ModelFolder } from '../../engine/plan/model-adapter.ts';
import { bertAdapter, imageEncoderAdapter } from './encoder-adapters.ts';
import type { CaptionModelOptions, ImageCaptioner } from './generation/index.ts';
import { httpAdapter } from './http/adapter.ts';
import type { ModelKind } from './model-file.ts';
import { testCard } from './test-card.ts';

/** The tiny world's: each file says itself what it is. */
const tiny = (['tiny-vq-codebook', 'tiny-mini-clip', 'tiny-t2i', 'tiny-captioner'] satisfies ModelKind[]).map(
  (name): ModelAdapter => ({ name, description: 'a model of the tiny world' }),
);

/** Opened and closed: whoever opens looks at everything. */
const opens =
  (open: (folder: string) => Promise<{ close(): Promise<void> }>): NonNullable<ModelAdapter['check']> =>
  async ({ path }) =>
    (await open(path)).close();

const modelType = async ({ json }: ModelFolder): Promise<unknown> =>
  ((await json('config.json')) as { model_type?: unknown } | undefined)?.model_type;

const stableDiffusion: ModelAdapter = {
  name: 'stable-diffusion',
  description: 'text to image: the ONNX layout of diffusers and optimum (model_index.json)',
  async recognises({ json }) {
    const index = (await json('model_index.json')) as { _class_name?: unknown } | undefined;
    return (
      typeof index?._class_name === 'string' && /StableDiffusionPipeline|LatentConsistencyModelPipeline/.test(index._class_name)
    );
  },
  check: opens(async (folder) => (await import('./stable-diffusion/index.ts')).openStableDiffusion(folder)),
  async trial(folder, options) {
    const { openStableDiffusion } = await import('./stable-diffusion/index.ts');
    const pipeline = await openStableDiffusion(folder, options);
    try {
      const [picture] = await pipeline.generate([{ prompt: 'a red circle above a blue square', seed: 7n }], { steps: 2 });
      if (picture instanceof Error) throw picture;
      const { decodeImage } = await import('../images/index.ts');
      const { pixels } = await decodeImage(picture!);
      return { picture: Float32Array.from(pixels) };
    } finally {
      await pipeline.close();
    }
  },
  // Levels of a picture after two steps: TF32 and fp16 round.
  trialTolerance: 0.02,
};

const captioner = (
  name: string,
  description: string,
  type: string,
  open: () => Promise<(folder: string, options?: CaptionModelOptions) => Promise<ImageCaptioner>>,
): ModelAdapter => ({
  name,
  description,
  recognises: async (folder) => (await modelType(folder)) === type,
  async check({ path }) {
    const { checkCaptionModel } = await import('./generation/captioning/check-caption-model.ts');
    await checkCaptionModel(async () => (await open())(path));
  },
  async trial(folder, options) {
    const model = await (await open())(folder, options);
    try {
      const [text] = await model.caption([{ image: await testCard(), seed: 7n }], { method: 'greedy', maxLength: 6 });
      if (text instanceof Error) throw text;
      return { ids: Float32Array.from(text!.ids) };
    } finally {
      await model.close();
    }
  },
});

/** Every weight is looked at before the adapter tries the model: the error names the tensor, also where the trial wouldn't touch it. */
const refusingNaN = (adapter: ModelAdapter): ModelAdapter => ({
  ...adapter,
  async check(folder) {
    await (await import('./float-check/refuse-nan.ts')).refuseNaN(folder);
    await adapter.check?.(folder);
  },
});

const ofFiles: ModelAdapter[] = [
  ...tiny,
  stableDiffusion,
  captioner(
    'blip',
    'image to text: a BLIP captioner in ONNX',
    'blip',
    async () => (await import('./blip/open-blip.ts')).openBlip,
  ),
  captioner(
    'vision-encoder-decoder',
    'image to text: ViT-GPT2 and its like in the ONNX layout of transformers.js',
    'vision-encoder-decoder',
    async () => (await import('./vision-encoder-decoder/open-vision-encoder-decoder.ts')).openVisionEncoderDecoder,
  ),
  bertAdapter,
  imageEncoderAdapter,
];

/** What `context.model(role).adapter` may be: how the files of a model are opened. */
export const adapters: ModelAdapter[] = [...ofFiles.map(refusingNaN), httpAdapter];
