import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { decodePicture } from '../../ml/data/png.ts';
import { openScheduler, openStableDiffusion, type StableDiffusion, toPicture } from '../../ml/models/stable-diffusion/index.ts';
import { ConfigFields } from '../../ml/models/stable-diffusion/scheduler/config-fields.ts';
import { alphasCumprod } from '../../ml/models/stable-diffusion/scheduler/noise-schedule.ts';
import type { SchedulerConfig } from '../../ml/models/stable-diffusion/scheduler/open-scheduler.ts';
import { floats } from '../../ml/nn/tensor.ts';
import { contained } from './contained.ts';
import { largestDifference, type ParityCase, parityCase, sameOrNot } from './parity-case.ts';
import { hasFiles, readRefs, readTensors } from './read-refs.ts';

/** Of single calls: embeddings, U-Net, VAE. */
const SINGLE_CALL = 1e-4;
/** Of latents after many steps: absolute while they and the noise they came from stay below 100, relative beyond, where float32 is coarser than
 *  that (Euler with zero terminal SNR starts at 4096; diffusers' own steps around onnxruntime are as far from torch). Common mistakes
 *  move latents of up to 26 by 7e-3 or more. */
const latentTolerance = (...values: Float32Array[]): number =>
  Math.max(1e-3, ...values.map((each) => 1e-5 * largestDifference(each, new Float32Array(each.length))));
/** Of sigmas, relative; the reference computes betas in float32. */
const SIGMAS = 1e-4;

interface Case {
  readonly id: string;
  readonly scheduler: string;
  readonly steps: number;
  readonly prompt: number;
  readonly negative: number;
  readonly guidance: number;
  readonly unet_calls?: number;
  readonly image?: string;
}

interface Cases {
  readonly prompts: readonly string[];
  readonly negatives: readonly string[];
  readonly texts_of_input_ids: readonly string[];
  readonly schedulers: Readonly<Record<string, SchedulerConfig>>;
  readonly cases: readonly Case[];
}

interface Schedule {
  readonly scheduler: string;
  readonly timestep_spacing: string;
  readonly steps: number;
  readonly init_noise_sigma: number;
  readonly timesteps: readonly number[];
  readonly sigmas?: readonly number[];
}

type Tensors = Awaited<ReturnType<typeof readTensors>>;

/** Whether a folder is a Stable Diffusion pipeline with reference numbers. */
export const recognises = async (folder: string): Promise<boolean> =>
  hasFiles(folder, 'model_index.json', 'unet/model.onnx', 'refs/cases.json', 'refs/refs.safetensors');

/** Compares a pipeline with diffusers' numbers: schedules, token ids, embeddings, single calls, trajectories, latents, pictures. */
export async function* parity(folder: string): AsyncIterable<ParityCase> {
  const cases = await readRefs<Cases>(folder, 'refs/cases.json');
  const tensors = await readTensors(folder, 'refs/refs.safetensors');
  if (hasFiles(folder, 'refs/schedules.json')) yield* schedules(cases, await readRefs<Schedule[]>(folder, 'refs/schedules.json'));
  yield* noiseSchedules(cases, tensors);
  const pipeline = await openStableDiffusion(folder, { threads: 1 });
  try {
    yield* texts(pipeline, folder, cases, tensors);
    yield* singleCalls(pipeline, tensors);
    for (const one of cases.cases) yield* contained(`final/${one.id}`, trajectory(pipeline, folder, cases, one, tensors));
  } finally {
    await pipeline.close();
  }
}

async function* schedules(cases: Cases, expected: readonly Schedule[]): AsyncIterable<ParityCase> {
  for (const one of expected) {
    const name = `schedule/${one.scheduler}-${one.timestep_spacing}-s${one.steps}`;
    yield* contained(name, schedule(name, cases, one));
  }
}

function* schedule(
  name: string,
  cases: Cases,
  { scheduler, timestep_spacing, steps, ...reference }: Schedule,
): Iterable<ParityCase> {
  const made = openScheduler({ ...cases.schedulers[scheduler], timestep_spacing }, steps);
  yield parityCase(`${name} timesteps`, largestDifference(made.timesteps, reference.timesteps), 1e-3);
  const noise = Math.abs(made.initNoiseSigma / reference.init_noise_sigma - 1);
  yield parityCase(`${name} init_noise_sigma (relative)`, noise, SIGMAS);
  if (reference.sigmas) yield parityCase(`${name} sigmas (relative)`, relative(made.sigmas ?? [], reference.sigmas), SIGMAS);
}

function relative(actual: readonly number[], expected: readonly number[]): number {
  const ratios = actual.map((sigma, i) => (expected[i] === 0 ? sigma : sigma / expected[i]!));
  return largestDifference(
    ratios,
    expected.map((sigma) => (sigma === 0 ? 0 : 1)),
  );
}

function* noiseSchedules({ schedulers }: Cases, tensors: Tensors): Iterable<ParityCase> {
  for (const [name, rescaled] of [
    ['alphas_cumprod', false],
    ['alphas_cumprod_zsnr', true],
  ] as const) {
    const config = Object.values(schedulers).find((one) => (one.rescale_betas_zero_snr === true) === rescaled);
    if (!config || !tensors.has(name)) continue;
    const made = alphasCumprod(new ConfigFields('scheduler', config), { start: 0, end: 0, schedule: 'linear' });
    yield parityCase(name, largestDifference(made, floats(tensors.get(name))), 1e-6);
  }
}

async function* texts(pipeline: StableDiffusion, folder: string, cases: Cases, tensors: Tensors): AsyncIterable<ParityCase> {
  for (const [i, text] of cases.texts_of_input_ids.entries()) {
    const { ids, hidden } = await pipeline.embed(text);
    const expected = Array.from(tensors.get(`input_ids/${i}`).data as BigInt64Array, Number);
    yield parityCase(`input_ids/${i}`, sameOrNot(ids, expected), 0);
    yield parityCase(`text_embeds/${i}`, largestDifference(hidden, floats(tensors.get(`text_embeds/${i}`))), SINGLE_CALL);
  }
  if (!hasFiles(folder, 'refs/tokens.json')) return;
  const tokens = await readRefs<{ text: string; input_ids: number[] }[]>(folder, 'refs/tokens.json');
  for (const [i, { text, input_ids }] of tokens.entries()) {
    const ids = pipeline.tokenize(text);
    // Without padding, and not cut: what fits must be the same but for the end that is always kept.
    const cut = input_ids.length > ids.length ? [...input_ids.slice(0, ids.length - 1), input_ids.at(-1)!] : input_ids;
    yield parityCase(`tokens/${i} ${JSON.stringify(text.slice(0, 24))}`, sameOrNot(ids.slice(0, cut.length), cut), 0);
  }
}

async function* singleCalls(pipeline: StableDiffusion, tensors: Tensors): AsyncIterable<ParityCase> {
  if (!tensors.has('probe/unet_sample')) return;
  const sample = tensors.get('probe/unet_sample');
  const [first, second] = [tensors.get('text_embeds/0'), tensors.get('text_embeds/2')];
  const hidden = Float32Array.of(...floats(first), ...floats(second));
  for (const name of tensors.names) {
    const timestep = /^probe\/unet_out_t(\d+(?:\.\d+)?)$/.exec(name)?.[1];
    if (timestep === undefined) continue;
    const shape = sample.shape as [number, number, number, number];
    const output = await pipeline.predict(floats(sample), shape, Number(timestep), hidden, first.shape.at(-1)!);
    yield parityCase(name, largestDifference(output, floats(tensors.get(name))), SINGLE_CALL);
  }
}

async function* trajectory(
  pipeline: StableDiffusion,
  folder: string,
  { schedulers, prompts, negatives }: Cases,
  { id, scheduler, steps, prompt, negative, guidance, unet_calls, image }: Case,
  tensors: Tensors,
): AsyncIterable<ParityCase> {
  const init = tensors.get('init_latents');
  const shape = init.shape as [number, number, number, number];
  const size = floats(init).length;
  const { hidden, length, width } = await pipeline.embed(prompts[prompt]!);
  const trace = { latents: [] as Float32Array[], model_output: [] as Float32Array[] };
  const opened = openScheduler(schedulers[scheduler]!, steps);
  const noise = floats(init).map((x) => x * opened.initNoiseSigma);
  const final = await pipeline.denoise({
    scheduler: opened,
    shape,
    latents: floats(init),
    prompts: hidden,
    negatives: (await pipeline.embed(negatives[negative]!)).hidden,
    hiddenShape: [length, width],
    guidanceScale: guidance,
    noise: (index) => floats(tensors.get('step_noise')).subarray(index * size, (index + 1) * size),
    onStep(_, latents, modelOutput) {
      trace.latents.push(latents);
      trace.model_output.push(modelOutput);
    },
  });
  if (unet_calls !== undefined) yield parityCase(`unet_calls/${id}`, Math.abs(trace.latents.length - unet_calls), 0);
  for (const kind of ['latents', 'model_output'] as const) {
    const name = `trace/${id}/${kind}`;
    if (!tensors.has(name)) continue;
    const joined = Float32Array.from(trace[kind].flatMap((part) => Array.from(part)));
    const reference = floats(tensors.get(name));
    yield parityCase(name, largestDifference(joined, reference), latentTolerance(reference, noise));
  }
  const reference = floats(tensors.get(`final/${id}`));
  yield parityCase(`final/${id}`, largestDifference(final, reference), latentTolerance(reference, noise));
  if (tensors.has(`decoded/${id}`)) {
    const { data } = await pipeline.decode(reference, shape);
    yield parityCase(`decoded/${id}`, largestDifference(data, floats(tensors.get(`decoded/${id}`))), SINGLE_CALL);
  }
  if (image) {
    const picture = await decodePicture(await readFile(path.join(folder, 'refs', image)));
    const { data, shape: made } = await pipeline.decode(final, shape);
    const { pixels } = toPicture(data, made[2], made[3]);
    yield parityCase(`${image} (levels)`, largestDifference(pixels, picture.pixels), 1);
  }
}
