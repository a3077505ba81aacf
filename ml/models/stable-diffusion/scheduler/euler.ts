import type { ConfigFields } from './config-fields.ts';
import { linear } from './linear.ts';
import { alphasCumprod, finiteSigmas, sigmasOf } from './noise-schedule.ts';
import { type Mix, type PredictionType, predictionTypes } from './original-sample.ts';
import type { Scheduler } from './scheduler.ts';
import { finalSigma, levelsAt, logLinearLevels, readSigmaSpacing, respace } from './sigma-schedule.ts';
import { requireSteps, spaceTimesteps, spacings } from './timestep-spacing.ts';

/** Euler's method on the probability flow ODE dx/dsigma = (x - x_0) / sigma. Karras et al. 2022, algorithm 2 without churn. */
export function euler(config: ConfigFields, steps: number): Scheduler {
  const schedule = eulerSchedule(config.without('use_lu_lambdas', 'use_flow_sigmas', 'use_dynamic_shifting'), steps);
  const prediction = config.choice('prediction_type', predictionTypes, 'epsilon');
  return {
    ...schedule,
    takesNoise: () => false,
    step({ index, sample, modelOutput }) {
      const sigma = schedule.sigmas[index]!;
      const h = schedule.sigmas[index + 1]! - sigma;
      const [onSample, onOutput] = slopeMix(prediction, sigma);
      return { sample: linear([1 + h * onSample, sample], [h * onOutput, modelOutput]), memory: [] };
    },
  };
}

/** (x - x_0) / sigma in the variance-exploding view x = x_0 + sigma epsilon, where the U-Net saw x / sqrt(sigma^2 + 1). */
export function slopeMix(type: PredictionType, sigma: number): Mix {
  if (type === 'epsilon') return [0, 1];
  if (type === 'sample') return [1 / sigma, -1 / sigma];
  return [sigma / (sigma ** 2 + 1), 1 / Math.sqrt(sigma ** 2 + 1)];
}

export interface EulerSchedule {
  readonly timesteps: readonly number[];
  readonly sigmas: readonly number[];
  readonly initNoiseSigma: number;
  inputScale(index: number): number;
}

/** Timesteps and levels of both Euler methods. */
export function eulerSchedule(config: ConfigFields, steps: number): EulerSchedule {
  const trained = sigmasOf(finiteSigmas(alphasCumprod(config, { start: 0.0001, end: 0.02, schedule: 'linear' }), config));
  requireSteps(steps, 1, trained.length);
  const spacing = config.choice('timestep_spacing', spacings, 'linspace');
  let timesteps = spaceTimesteps(spacing, trained.length, steps, config.whole('steps_offset', 0)).map(Math.fround);
  let levels =
    config.choice('interpolation_type', ['linear', 'log_linear'], 'linear') === 'linear'
      ? levelsAt(timesteps, trained)
      : logLinearLevels(trained, steps);
  const sigmaSpacing = readSigmaSpacing(config);
  if (sigmaSpacing !== 'plain')
    ({ sigmas: levels, timesteps } = respace(sigmaSpacing, config, { least: levels.at(-1)!, most: levels[0]! }, steps, trained));
  const sigmas = [...levels, finalSigma(config, trained)].map(Math.fround);
  const continuous =
    config.choice('timestep_type', ['discrete', 'continuous'], 'discrete') === 'continuous' &&
    config.choice('prediction_type', predictionTypes, 'epsilon') === 'v_prediction';
  const most = Math.max(...sigmas);
  return {
    timesteps: continuous ? sigmas.slice(0, -1).map((sigma) => 0.25 * Math.log(sigma)) : timesteps.map(Math.fround),
    sigmas,
    initNoiseSigma: spacing === 'leading' ? Math.sqrt(most ** 2 + 1) : most,
    inputScale: (index) => 1 / Math.sqrt(sigmas[index]! ** 2 + 1),
  };
}
