import { existsSync } from 'node:fs';
import path from 'node:path';
import { HoplineError } from '../../../engine/plan/errors.ts';
import { type JsonObject, readJson } from './read-json.ts';
import { ConfigFields } from './scheduler/config-fields.ts';
import type { SchedulerConfig } from './scheduler/open-scheduler.ts';

/** What the folder of a pipeline says of itself. */
export interface PipelineFolder {
  readonly folder: string;
  readonly scheduler: SchedulerConfig;
  /** Rows of the text encoder's embedding table; undefined where no config.json tells. */
  readonly vocabularySize: number | undefined;
  /** Positions of the text encoder; undefined where no config.json tells. */
  readonly maxPositions: number | undefined;
  /** Latent [height, width] that the U-Net was trained at. */
  readonly latentSize: readonly [number, number];
  /** Size of the guidance embedding that a distilled U-Net takes. */
  readonly guidanceEmbeddingSize: number | undefined;
  /** Latents are divided by it before they are decoded: it gave the U-Net inputs of unit variance. */
  readonly scalingFactor: number;
  /** Pixels along one side of a latent. */
  readonly pixelsPerLatent: number;
}

/** Pipelines with one text encoder and this U-Net; diffusers, optimum and the old ONNX exporter name them differently. */
const pipelines = [
  'StableDiffusionPipeline',
  'OnnxStableDiffusionPipeline',
  'ORTStableDiffusionPipeline',
  'LatentConsistencyModelPipeline',
  'ORTLatentConsistencyModelPipeline',
];
const files = [
  ...['model_index.json', 'scheduler/scheduler_config.json'],
  ...['text_encoder/model.onnx', 'unet/model.onnx', 'vae_decoder/model.onnx'],
];

/** Reads and checks a folder in the layout that `optimum-cli export onnx` writes.
 *  @throws HoplineError MODEL_FILE_MISSING, MODEL_CONFIG_INVALID, MODEL_NOT_SUPPORTED */
export function readPipelineFolder(folder: string): PipelineFolder {
  requireLayout(folder);
  const textEncoder = new ConfigFields('text_encoder', readJson(folder, 'text_encoder/config.json') ?? {});
  const unet = readJson(folder, 'unet/config.json') ?? {};
  const unetFields = new ConfigFields('unet', unet);
  const vae = readJson(folder, 'vae_decoder/config.json') ?? readJson(folder, 'vae/config.json') ?? {};
  const blocks = Array.isArray(vae.block_out_channels) ? vae.block_out_channels.length : 4;
  return {
    folder,
    scheduler: readJson(folder, 'scheduler/scheduler_config.json')!,
    vocabularySize: textEncoder.optionalNumber('vocab_size'),
    maxPositions: textEncoder.optionalNumber('max_position_embeddings'),
    latentSize: readLatentSize(unet, unetFields),
    guidanceEmbeddingSize: unetFields.optionalNumber('time_cond_proj_dim'),
    scalingFactor: new ConfigFields('vae_decoder', vae).number('scaling_factor', 0.18215),
    pixelsPerLatent: 2 ** (blocks - 1),
  };
}

function requireLayout(folder: string): void {
  const index = readJson(folder, 'model_index.json');
  if (index) requirePipeline(index);
  const missing = files.filter((name) => !existsSync(path.join(folder, name)));
  if (missing.length === 0) return;
  throw new HoplineError('MODEL_FILE_MISSING', `model.folder must hold ${files.join(', ')}, got none of: ${missing.join(', ')}`, {
    hint: 'export it again: optimum-cli export onnx --model NAME FOLDER',
  });
}

function requirePipeline(index: JsonObject): void {
  const name = index._class_name;
  if (pipelines.includes(name as string) && !('text_encoder_2' in index)) return;
  throw new HoplineError(
    'MODEL_NOT_SUPPORTED',
    `model_index._class_name must be one of ${pipelines.join(', ')}, got ${JSON.stringify(name)?.slice(0, 80)}`,
    {
      hint: 'Stable Diffusion 1.x and 2.x text-to-image are supported; SDXL, SD3 and inpainting are not: use an HTTP generator for them',
    },
  );
}

function readLatentSize(unet: JsonObject, fields: ConfigFields): [number, number] {
  if (!Array.isArray(unet.sample_size)) return [fields.whole('sample_size', 64), fields.whole('sample_size', 64)];
  const [height, width] = fields.numbers('sample_size')!;
  return [height!, width!];
}
