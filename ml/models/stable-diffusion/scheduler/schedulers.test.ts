import { describe, expect, it } from 'vitest';
import { chooseScheduler, openScheduler, type SchedulerConfig, schedulerNames } from './open-scheduler.ts';
import type { Memory, Scheduler } from './scheduler.ts';
import { roundHalfEven, spaceTimesteps } from './timestep-spacing.ts';

const base: SchedulerConfig = {
  ...{ _class_name: 'DDIMScheduler', beta_start: 0.00085, beta_end: 0.012, beta_schedule: 'scaled_linear' },
  ...{ timestep_spacing: 'leading', steps_offset: 1, clip_sample: false, set_alpha_to_one: true, prediction_type: 'epsilon' },
};

const wave = (phase: number): Float32Array => Float32Array.from({ length: 24 }, (_, i) => Math.sin(i + phase));
const picture = wave(1);

/** alpha-bar of a timestep, written down once more: scaled linear betas. */
function alphaBar(timestep: number): number {
  let product = 1;
  for (let t = 0; t <= timestep; t++) product *= 1 - (0.00085 ** 0.5 + (t / 999) * (0.012 ** 0.5 - 0.00085 ** 0.5)) ** 2;
  return product;
}

/** Samples with a U-Net that knows the picture: it tells the noise or the velocity that lead to it exactly. */
function sampleWithOracle(scheduler: Scheduler, prediction: 'epsilon' | 'v_prediction'): Float32Array {
  let sample: Float32Array = wave(3).map((noise) => noise * scheduler.initNoiseSigma);
  let memory: Memory = [];
  for (const [index, timestep] of scheduler.timesteps.entries()) {
    const scale = scheduler.inputScale(index);
    const sigma = scheduler.sigmas?.[index] ?? Math.sqrt((1 - alphaBar(timestep)) / alphaBar(timestep));
    const alpha = 1 / Math.sqrt(sigma ** 2 + 1);
    // In the view of the U-Net: x = alpha picture + alpha sigma noise.
    const modelOutput = sample.map((x, i) => {
      const noise = (x * scale - alpha * picture[i]!) / (alpha * sigma);
      return prediction === 'epsilon' ? noise : alpha * noise - alpha * sigma * picture[i]!;
    });
    ({ sample, memory } = scheduler.step({ index, sample, modelOutput, samples: 1, memory, noise: wave(index * 7) }));
  }
  return sample;
}

describe.each(schedulerNames)('%s', (name) => {
  it.each(['epsilon', 'v_prediction'] as const)('leads to the picture that the model knows (%s)', (prediction) => {
    // PNDM mixes outputs of several timesteps: the same noise in all of them, but velocities that differ.
    if (name === 'pndm' && prediction === 'v_prediction') return;
    for (const steps of [1, 2, 5, 20]) {
      const config = { ...chooseScheduler(base, name), prediction_type: prediction, skip_prk_steps: true };
      const end = sampleWithOracle(openScheduler(config, steps), prediction);
      // LCM keeps a trace of its input at its last timestep.
      for (const [i, x] of end.entries()) expect(Math.abs(x - picture[i]!)).toBeLessThan(2e-3);
    }
  });

  it('is pure: the same step twice gives the same, and its input is left alone', () => {
    const scheduler = openScheduler({ ...chooseScheduler(base, name), skip_prk_steps: true }, 4);
    const [sample, modelOutput] = [wave(0), wave(5)];
    const input = { index: 0, sample, modelOutput, samples: 2, memory: [], noise: wave(9) };
    expect(scheduler.step(input)).toEqual(scheduler.step(input));
    expect([sample, modelOutput]).toEqual([wave(0), wave(5)]);
  });

  it('refuses what it cannot go', () => {
    for (const steps of [0, 1.5, Number.NaN, 1001])
      expect(() => openScheduler(chooseScheduler(base, name), steps)).toThrow(
        expect.objectContaining({ code: 'OPTION_INVALID' }),
      );
  });
});

it.each([
  ['DPMSolverMultistepScheduler', { solver_order: 3 }],
  ['DPMSolverMultistepScheduler', { algorithm_type: 'dpmsolver' }],
  ['DPMSolverMultistepScheduler', { use_flow_sigmas: true }],
  ['EulerDiscreteScheduler', { use_beta_sigmas: true }],
  ['EulerDiscreteScheduler', { final_sigmas_type: 'half' }],
  ['EulerAncestralDiscreteScheduler', { prediction_type: 'sample' }],
  ['PNDMScheduler', { prediction_type: 'sample' }],
  ['LCMScheduler', { prediction_type: 'flow' }],
  ['DDIMScheduler', { timestep_spacing: 'random' }],
])('%s refuses %o, which would give other numbers', (_class_name, fields) => {
  expect(() => openScheduler({ ...base, _class_name, ...fields }, 4)).toThrow(
    expect.objectContaining({ code: 'MODEL_NOT_SUPPORTED' }),
  );
});

it.each([
  ['DDIMScheduler', { num_train_timesteps: 4e9 }],
  ['DDIMScheduler', { num_train_timesteps: -5 }],
  ['LCMScheduler', { original_inference_steps: 0 }],
])('%s refuses %o before it fills the memory', (_class_name, fields) => {
  expect(() => openScheduler({ ...base, _class_name, ...fields }, 4)).toThrow(
    expect.objectContaining({ code: 'MODEL_CONFIG_INVALID' }),
  );
});

it('refuses PNDM with Runge-Kutta steps in fewer than four steps', () => {
  const config = { ...base, _class_name: 'PNDMScheduler', skip_prk_steps: false };
  expect(() => openScheduler(config, 3)).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
  expect(openScheduler(config, 4).timesteps).toEqual([751, 626, 626, 501, 501, 376, 376, 251, 251, 126, 126, 1, 1]);
});

it('ends at zero terminal signal where the noise schedule is rescaled', () => {
  const config = { ...base, rescale_betas_zero_snr: true, timestep_spacing: 'trailing', prediction_type: 'v_prediction' };
  const scheduler = openScheduler(config, 2);
  const [sample, modelOutput] = [wave(0), wave(5)];
  // At alpha-bar 0 the latents say nothing: x_0 = -v, and the noise is x itself.
  const { sample: next } = scheduler.step({ index: 0, sample, modelOutput, samples: 1, memory: [] });
  const [signal, noise] = [next[0]! / -modelOutput[0]!, next[1]! + modelOutput[1]! * (next[0]! / -modelOutput[0]!)];
  expect(sample[0]).toBe(0);
  expect(signal ** 2 + (noise / sample[1]!) ** 2).toBeCloseTo(1, 5);
});

it('clips each sample to its own quantile', () => {
  const config = { ...base, thresholding: true, dynamic_thresholding_ratio: 1, sample_max_value: 4, prediction_type: 'sample' };
  const modelOutput = Float32Array.of(...Array(12).fill(0.5), ...Array(11).fill(-2), 4);
  const { sample } = openScheduler({ ...config, set_alpha_to_one: true }, 1).step({
    ...{ index: 0, sample: new Float32Array(24), samples: 2, memory: [] },
    modelOutput,
  });
  // The last step goes to alpha-bar 1, where x is x_0: left alone below 1, divided by its own largest value above.
  expect(sample.slice(0, 12)).toEqual(modelOutput.slice(0, 12));
  expect(sample.slice(12)).toEqual(Float32Array.of(...Array(11).fill(-0.5), 1));
});

it('leaves out the noisy end of trailing timesteps where lambda is clipped', () => {
  const solver = { ...base, _class_name: 'DPMSolverMultistepScheduler', beta_schedule: 'squaredcos_cap_v2' };
  const timesteps = (least: number): readonly number[] =>
    openScheduler({ ...solver, timestep_spacing: 'trailing', lambda_min_clipped: least }, 5).timesteps;
  // Diffusers' own.
  expect(timesteps(-5.1)).toEqual([995, 795, 595, 395, 195]);
  expect(timesteps(-1)).toEqual([772, 572, 372, 172]);
});

it('spaces timesteps as the reference', () => {
  expect(spaceTimesteps('leading', 1000, 3, 1)).toEqual([667, 334, 1]);
  expect(spaceTimesteps('trailing', 1000, 3, 1)).toEqual([999, 666, 332]);
  expect(spaceTimesteps('trailing', 1000, 61, 1).slice(-2)).toEqual([32, 15]);
  expect(spaceTimesteps('trailing', 1000, 61, 1)).toHaveLength(61);
  expect(spaceTimesteps('linspace', 1000, 4, 1)).toEqual([999, 666, 333, 0]);
  expect(spaceTimesteps('linspace', 1000, 1, 1)).toEqual([0]);
  expect([0.5, 1.5, 2.5, -0.5, 2.4999].map(roundHalfEven)).toEqual([0, 2, 2, 0, 2]);
});
