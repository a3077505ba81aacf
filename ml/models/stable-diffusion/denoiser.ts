import { HoplineError } from '../../../engine/plan/errors.ts';
import { castData, type OnnxFeed, type OnnxModel } from '../onnx/index.ts';
import { guidanceEmbedding } from './guidance.ts';

/** Latents [B,C,H,W]. */
export type LatentShape = readonly [batch: number, channels: number, height: number, width: number];

/** The U-Net's feeds that stay the same over all steps. */
export interface Conditioning {
  readonly hidden: OnnxFeed;
  readonly guidance: OnnxFeed | undefined;
}

export interface Denoiser {
  readonly channels: number;
  /** True for a U-Net that takes the guidance scale as an input: it needs no second pass. */
  readonly embedsGuidance: boolean;
  /** Whether fractional timesteps can be given. */
  readonly takesFractions: boolean;
  /** @param hidden [B,L,D] */
  condition(hidden: Float32Array, shape: readonly [number, number, number], guidanceScale: number): Conditioning;
  /** The prediction for latents of one timestep; NaN passes, since it is one sample's. */
  predict(sample: Float32Array, shape: LatentShape, timestep: number, conditioning: Conditioning): Promise<Float32Array>;
}

const known = ['sample', 'timestep', 'encoder_hidden_states', 'timestep_cond'];

/** @throws HoplineError MODEL_NOT_SUPPORTED for a U-Net with inputs of another pipeline (SDXL, inpainting, ControlNet) */
export function denoiser(unet: OnnxModel, guidanceEmbeddingSize: number | undefined): Denoiser {
  const foreign = unet.inputs.filter(({ name }) => !known.includes(name));
  if (foreign.length > 0) throw unsupported(`inputs must be ${known.join(', ')}`, foreign.map(({ name }) => name).join(', '));
  for (const name of known.slice(0, 3)) if (!unet.input(name)) throw unsupported(`must have the input ${name}`, 'none');
  const output = unet.output('out_sample') ?? unet.outputs[0]!;
  const channels = unet.input('sample')!.shape[1];
  if (typeof channels !== 'number') throw unsupported('must fix the channels of sample', String(channels));
  const made = output.shape[1];
  if (typeof made === 'number' && made !== channels)
    throw unsupported(`must give ${channels} channels as it takes`, String(made));
  const embedsGuidance = unet.input('timestep_cond') !== undefined;
  const hiddenType = unet.input('encoder_hidden_states')!.dtype;

  return {
    channels,
    embedsGuidance,
    takesFractions: unet.input('timestep')!.dtype.startsWith('float'),
    condition(hidden, shape, guidanceScale) {
      // Cast once, not at every step: the embeddings are larger than the latents.
      const data = castData(hiddenType, hidden);
      if (!embedsGuidance) return { hidden: { data, shape }, guidance: undefined };
      const embedding = guidanceEmbedding(guidanceScale, guidanceEmbeddingSize ?? 256);
      const repeated = new Float32Array(shape[0] * embedding.length);
      for (let row = 0; row < shape[0]; row++) repeated.set(embedding, row * embedding.length);
      return { hidden: { data, shape }, guidance: { data: repeated, shape: [shape[0], embedding.length] } };
    },
    async predict(sample, shape, timestep, { hidden, guidance }) {
      const feeds: Record<string, OnnxFeed> = {
        sample: { data: sample, shape },
        timestep: { data: [timestep], shape: [] },
        encoder_hidden_states: hidden,
      };
      if (guidance) feeds.timestep_cond = guidance;
      const results = await unet.run(feeds, { outputs: [output.name], allowNaN: true });
      return results[output.name]!.data as Float32Array;
    },
  };
}

const unsupported = (rule: string, got: string): HoplineError =>
  new HoplineError('MODEL_NOT_SUPPORTED', `unet ${rule}, got ${got}`, {
    hint: 'the U-Net of Stable Diffusion 1.x or 2.x text-to-image is supported',
  });
