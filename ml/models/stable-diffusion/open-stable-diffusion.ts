import path from 'node:path';
import type { HoplineError } from '../../../engine/plan/errors.ts';
import { deviceProviders, type OnnxModel, openOnnxModel } from '../onnx/index.ts';
import { openTokenizer, requireVocabulary } from '../tokenizer/index.ts';
import { clipTokenizerDefinition } from './clip-tokenizer.ts';
import { type Decoded, type DecodeOptions, decoder, decodeWhole } from './decoder.ts';
import { type Denoising, denoise } from './denoise.ts';
import { denoiser, type LatentShape } from './denoiser.ts';
import { generate } from './generate.ts';
import type { GenerateItem, GenerateOptions } from './generate-options.ts';
import type { Pipeline } from './pipeline.ts';
import { probe } from './probe.ts';
import { type PromptEmbedding, promptEncoder } from './prompt-encoder.ts';
import { readPipelineFolder } from './read-folder.ts';
import { chooseScheduler, openScheduler, type SchedulerConfig, type SchedulerName } from './scheduler/open-scheduler.ts';

export interface StableDiffusionOptions {
  /** Threads inside one op on the CPU. Default 1. */
  readonly threads?: number;
  /** `cpu` (default), `cuda:0`, `webgpu`: where the three models run. */
  readonly device?: string;
  /** Instead of the folder's own scheduler, which then may be one that isn't built. */
  readonly scheduler?: SchedulerName | SchedulerConfig;
}

/** A text-to-image pipeline of an ONNX folder. Calls must not overlap: a model runs one thing at a time. */
export interface StableDiffusion {
  /** Latents the U-Net was trained at, and how they become pixels. */
  readonly channels: number;
  readonly latentSize: readonly [height: number, width: number];
  readonly pixelsPerLatent: number;
  /** The scheduler's configuration that is used where a call names none. */
  readonly scheduler: SchedulerConfig;
  /** A PNG for each item, or why there is none: a bad prompt fails alone.
   *  @throws HoplineError for options that no item can be made with */
  generate(items: readonly GenerateItem[], options?: GenerateOptions): Promise<(Uint8Array | HoplineError)[]>;
  /** Token ids of a prompt, cut and padded. */
  tokenize(text: string): number[];
  embed(text: string): Promise<PromptEmbedding>;
  /** One U-Net call. @param hidden [B,L,D] */
  predict(sample: Float32Array, shape: LatentShape, timestep: number, hidden: Float32Array, width: number): Promise<Float32Array>;
  /** From given noise to latents, with given embeddings: for comparisons with a reference. */
  denoise(task: Denoising): Promise<Float32Array>;
  /** Latents as the U-Net gives them to pictures of about -1 .. 1. */
  decode(latents: Float32Array, shape: LatentShape, options?: DecodeOptions): Promise<Decoded>;
  /** Milliseconds inside onnxruntime since the pipeline was opened. */
  sessionMilliseconds(): number;
  close(): Promise<void>;
}

/** Opens a folder in the ONNX layout of diffusers and optimum: model_index.json, tokenizer, text_encoder, unet, vae_decoder, scheduler.
 *  Every model is tried once on the smallest input, so that a folder whose parts don't fit, or with NaN in its weights, is refused here.
 *  @throws HoplineError MODEL_FILE_MISSING, MODEL_FILE_INVALID, MODEL_OPSET_UNSUPPORTED, MODEL_EXTERNAL_DATA, MODEL_CONFIG_INVALID,
 *  MODEL_NOT_SUPPORTED, MODEL_NOT_FINITE, MODEL_RUN_FAILED, TOKENIZER_* */
export async function openStableDiffusion(folder: string, options: StableDiffusionOptions = {}): Promise<StableDiffusion> {
  const { threads = 1, device } = options;
  const described = readPipelineFolder(folder);
  const scheduler = chooseScheduler(described.scheduler, options.scheduler);
  openScheduler(scheduler, 4);
  const tokenizerFolder = path.join(folder, 'tokenizer');
  const tokenizer = await openTokenizer(tokenizerFolder, clipTokenizerDefinition(tokenizerFolder));
  if (described.vocabularySize !== undefined) requireVocabulary(tokenizer, described.vocabularySize, 'text_encoder');
  const length = tokenizer.modelMaxLength ?? described.maxPositions ?? 77;

  const models: OnnxModel[] = [];
  const open = async (part: string): Promise<OnnxModel> => {
    const model = await openOnnxModel(path.join(folder, part, 'model.onnx'), { threads, providers: deviceProviders(device) });
    models.push(model);
    return model;
  };
  const close = async (): Promise<void> => {
    for (const model of models.splice(0)) await model.close();
  };

  try {
    const encoder = promptEncoder(await open('text_encoder'), tokenizer, length);
    const unet = denoiser(await open('unet'), described.guidanceEmbeddingSize);
    const decode = decoder(await open('vae_decoder'), described.scalingFactor, described.pixelsPerLatent);
    const pipeline: Pipeline = { encoder, unet, decode };
    await probe(pipeline, described);
    return {
      channels: unet.channels,
      latentSize: described.latentSize,
      pixelsPerLatent: described.pixelsPerLatent,
      scheduler,
      generate: (items, given = {}) => generate(pipeline, described, scheduler, items, given),
      tokenize: encoder.tokenize,
      embed: encoder.embed,
      predict: (sample, shape, timestep, hidden, width) =>
        unet.predict(sample, shape, timestep, unet.condition(hidden, [shape[0], hidden.length / shape[0] / width, width], 1)),
      denoise: (task) => denoise(unet, task),
      decode: (latents, shape, given) => decodeWhole(decode, latents, shape, given),
      sessionMilliseconds: () => models.reduce((sum, { spent }) => sum + spent.milliseconds, 0),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
