import { HoplineError } from '../../../engine/plan/errors.ts';
import { allFinite, notFinite } from '../onnx/index.ts';
import { decodeWhole } from './decoder.ts';
import type { Pipeline } from './pipeline.ts';
import type { PipelineFolder } from './read-folder.ts';

/** Side of the latents that the models are tried with: small, and halved often enough by every U-Net (8 = 2^3). */
const SIDE = 8;

/** Runs each model once on the smallest input.
 *  @throws HoplineError MODEL_NOT_FINITE, MODEL_NOT_SUPPORTED, MODEL_RUN_FAILED, TOKENIZER_WRONG_SIZE when the parts don't fit together */
export async function probe({ encoder, unet, decode }: Pipeline, { latentSize, pixelsPerLatent }: PipelineFolder): Promise<void> {
  await encoder.tryLastId();
  const { hidden, length, width } = await encoder.embed('');
  const side = [Math.min(SIDE, latentSize[0]), Math.min(SIDE, latentSize[1])] as const;
  const shape = [1, unet.channels, side[0], side[1]] as const;
  const latents = Float32Array.from({ length: unet.channels * side[0] * side[1] }, (_, i) => Math.sin(i));

  const predicted = await unet.predict(latents, shape, 1, unet.condition(hidden, [1, length, width], 1));
  if (!allFinite(predicted)) throw notFinite('unet output', 'NaN or infinity for a first try');
  if (predicted.length !== latents.length) throw misfit('unet output', `${latents.length} numbers`, predicted.length);

  const picture = await decodeWhole(decode, latents, shape);
  if (!allFinite(picture.data)) throw notFinite('vae_decoder output', 'NaN or infinity for a first try');
  const [, colours, height, wide] = picture.shape;
  if (colours !== 3) throw misfit('vae_decoder output', '3 colours', colours);
  if (height !== side[0] * pixelsPerLatent || wide !== side[1] * pixelsPerLatent)
    throw misfit('vae_decoder output', `${pixelsPerLatent} pixels for each latent`, height / side[0]);
}

const misfit = (where: string, rule: string, got: number): HoplineError =>
  new HoplineError('MODEL_NOT_SUPPORTED', `${where} must have ${rule}, got ${got}`);
