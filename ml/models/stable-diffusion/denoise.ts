import type { Denoiser, LatentShape } from './denoiser.ts';
import { guide } from './guidance.ts';
import { linear } from './scheduler/linear.ts';
import type { Memory, Scheduler } from './scheduler/scheduler.ts';

export interface Denoising {
  readonly scheduler: Scheduler;
  readonly shape: LatentShape;
  /** Unit normal noise [B,C,H,W], before the scheduler's own scale. */
  readonly latents: Float32Array;
  /** Last hidden states of the prompts [B,L,D]. */
  readonly prompts: Float32Array;
  /** Of the negative prompts [B,L,D]. Used where the guidance needs them. */
  readonly negatives: Float32Array;
  readonly hiddenShape: readonly [length: number, width: number];
  /** 1 or less: no guidance, a single pass. */
  readonly guidanceScale: number;
  /** Unit normal noise [B,C,H,W] of a step, asked for where the scheduler takes noise. */
  noise(index: number): Float32Array;
  /** Rounds timesteps for a U-Net that takes whole numbers only. Default false: fractions are then an error. */
  readonly roundTimesteps?: boolean;
  /** Sees the latents after every step and the (guided) output that led there. */
  onStep?(index: number, latents: Float32Array, modelOutput: Float32Array): void;
}

/** From noise to latents that can be decoded: [B,C,H,W]. Ho et al. 2020, algorithm 2, with the scheduler's step. */
export async function denoise(unet: Denoiser, task: Denoising): Promise<Float32Array> {
  const { scheduler, shape, guidanceScale } = task;
  const [samples, ...inner] = shape;
  const guided = guidanceScale > 1 && !unet.embedsGuidance;
  const rows = guided ? 2 * samples : samples;
  const hidden = guided ? joined(task.negatives, task.prompts) : task.prompts;
  const conditioning = unet.condition(hidden, [rows, ...task.hiddenShape], guidanceScale);
  const size = task.latents.length;
  const input = new Float32Array(guided ? 2 * size : size);
  const timesteps = task.roundTimesteps && !unet.takesFractions ? scheduler.timesteps.map(Math.round) : scheduler.timesteps;

  let sample = linear([scheduler.initNoiseSigma, task.latents]);
  let memory: Memory = [];
  for (let index = 0; index < timesteps.length; index++) {
    const scale = scheduler.inputScale(index);
    for (let i = 0; i < size; i++) input[i] = sample[i]! * scale;
    if (guided) input.copyWithin(size, 0, size);
    const predicted = await unet.predict(input, [rows, ...inner], timesteps[index]!, conditioning);
    const modelOutput = guided ? guide(predicted, guidanceScale) : predicted;
    const noise = scheduler.takesNoise(index) ? { noise: task.noise(index) } : {};
    ({ sample, memory } = scheduler.step({ index, sample, modelOutput, samples, memory, ...noise }));
    task.onStep?.(index, sample, modelOutput);
  }
  return sample;
}

function joined(first: Float32Array, second: Float32Array): Float32Array {
  const both = new Float32Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
