import { HoplineError } from '../../../engine/plan/errors.ts';
import { encodePng } from '../../data/png.ts';
import { batchesOf } from '../batches-of.ts';
import { allFinite, notFinite } from '../onnx/index.ts';
import { denoise } from './denoise.ts';
import type { LatentShape } from './denoiser.ts';
import { type GenerateItem, type GenerateOptions, type GeneratePlan, planGeneration } from './generate-options.ts';
import type { Pipeline } from './pipeline.ts';
import type { PromptEmbedding } from './prompt-encoder.ts';
import type { PipelineFolder } from './read-folder.ts';
import { sampleNoise } from './sample-noise.ts';
import { chooseScheduler, openScheduler, type SchedulerConfig } from './scheduler/open-scheduler.ts';
import type { Scheduler } from './scheduler/scheduler.ts';
import { toPicture } from './to-picture.ts';

/** An item that can be drawn, and where its picture goes. */
interface Order {
  readonly place: number;
  readonly seed: GenerateItem['seed'];
  readonly prompt: PromptEmbedding;
  readonly negative: PromptEmbedding;
}

type Result = Uint8Array | HoplineError;

/** A PNG or an error for each item. Pictures are encoded while the next ones are decoded or denoised. */
export async function generate(
  pipeline: Pipeline,
  folder: PipelineFolder,
  own: SchedulerConfig,
  items: readonly GenerateItem[],
  options: GenerateOptions,
): Promise<Result[]> {
  const config = chooseScheduler(own, options.scheduler);
  const plan = planGeneration(options, folder.latentSize, folder.pixelsPerLatent, config._class_name === 'LCMScheduler' ? 4 : 50);
  const scheduler = openScheduler(config, plan.steps);
  const results: (Result | Promise<Result>)[] = [];
  const orders: Order[] = [];
  for (const [place, item] of items.entries()) {
    const order = await takeOrder(pipeline, item, place);
    if (order instanceof HoplineError) results[place] = order;
    else orders.push(order);
  }
  for (const { items: batch } of batchesOf(orders, plan.batchSize)) {
    const pictures = await draw(pipeline, scheduler, plan, batch);
    for (const [i, { place }] of batch.entries()) results[place] = pictures[i]!;
  }
  return Promise.all(results);
}

/** Only what is wrong with this very item is its own error; a model that breaks is everybody's. */
async function takeOrder({ encoder }: Pipeline, item: GenerateItem, place: number): Promise<Order | HoplineError> {
  try {
    sampleNoise([item.seed], 0, 0);
    const prompt = await encoder.embed(item.prompt);
    return { place, seed: item.seed, prompt, negative: await encoder.embed(item.negativePrompt ?? '') };
  } catch (error) {
    if (error instanceof RangeError) return new HoplineError('OPTION_INVALID', `items[${place}].${error.message}`);
    if (error instanceof HoplineError && (error.code === 'TOKENIZER_TEXT_INVALID' || error.code === 'MODEL_NOT_FINITE'))
      return error;
    throw error;
  }
}

async function draw(
  { unet, decode }: Pipeline,
  scheduler: Scheduler,
  plan: GeneratePlan,
  orders: readonly Order[],
): Promise<(Result | Promise<Result>)[]> {
  const shape: LatentShape = [orders.length, unet.channels, plan.latentHeight, plan.latentWidth];
  const size = shape[1] * shape[2] * shape[3];
  const seeds = orders.map(({ seed }) => seed);
  const { length, width } = orders[0]!.prompt;
  const latents = await denoise(unet, {
    scheduler,
    shape,
    latents: sampleNoise(seeds, size, 0),
    prompts: stack(orders.map(({ prompt }) => prompt.hidden)),
    negatives: stack(orders.map(({ negative }) => negative.hidden)),
    hiddenShape: [length, width],
    guidanceScale: plan.guidanceScale,
    noise: (index) => sampleNoise(seeds, size, 1 + index),
    roundTimesteps: plan.roundTimesteps,
  });
  const results: (Result | Promise<Result>)[] = [];
  for await (const { data, shape: made } of decode(latents, shape, { tile: plan.tile })) {
    const planes = data.length / made[0];
    for (let i = 0; i < made[0]; i++) {
      const place = results.length;
      const own = latents.subarray(place * size, (place + 1) * size);
      results.push(finish(own, data.subarray(i * planes, (i + 1) * planes), made[2], made[3]));
    }
  }
  return results;
}

/** The PNG of a sample, which other threads write meanwhile; or what is wrong with its numbers. */
function finish(latents: Float32Array, decoded: Float32Array, height: number, width: number): HoplineError | Promise<Uint8Array> {
  if (!allFinite(latents)) return notFinite('latents', 'NaN or infinity after denoising');
  if (!allFinite(decoded)) return notFinite('vae_decoder output', 'NaN or infinity');
  const png = encodePng(toPicture(decoded, height, width));
  // Awaited at the end, unless the model fails before.
  png.catch(() => {});
  return png;
}

function stack(rows: readonly Float32Array[]): Float32Array {
  const stacked = new Float32Array(rows.length * rows[0]!.length);
  rows.forEach((row, i) => {
    stacked.set(row, i * row.length);
  });
  return stacked;
}
