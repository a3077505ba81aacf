import type { ConfigFields } from './config-fields.ts';
import { linear } from './linear.ts';
import { alphasCumprod, finiteSigmas, sigmasOf } from './noise-schedule.ts';
import { originalMix, predictionTypes, readLimit } from './original-sample.ts';
import type { Scheduler } from './scheduler.ts';
import { finalSigma, levelsAt, readSigmaSpacing, respace } from './sigma-schedule.ts';
import { linspace, requireSteps, roundHalfEven, spacings, trailingTimesteps } from './timestep-spacing.ts';

/** DPM-Solver++, Lu et al. 2022b: algorithm 2 (2M, second order from the step before) and its first order, which is DDIM. `solver_type`
 *  says how the slope enters: at the midpoint, or as Heun's method does. `sde-dpmsolver++` solves the SDE instead of the ODE: the same
 *  step with fresh noise. Works on the predicted picture x_0 over lambda = log(alpha / sigma). */
export function dpmSolverMultistep(config: ConfigFields, steps: number): Scheduler {
  const alphaBars = finiteSigmas(alphasCumprod(config, { start: 0.0001, end: 0.02, schedule: 'linear' }), config);
  const { timesteps, sigmas } = dpmSchedule(config, steps, alphaBars);
  const order = config.whole('solver_order', 2);
  if (order !== 1 && order !== 2) throw config.unsupported('solver_order', 'must be 1 or 2');
  const stochastic = readAlgorithm(config) === 'sde-dpmsolver++';
  const heun = config.choice('solver_type', ['midpoint', 'heun', 'logrho', 'bh1', 'bh2'], 'midpoint') === 'heun';
  const prediction = config.choice('prediction_type', predictionTypes, 'epsilon');
  const limit = readLimit(config.without('clip_sample'), false);
  const firstOrderAtEnd =
    config.flag('euler_at_final', false) ||
    (config.flag('lower_order_final', true) && timesteps.length < 15) ||
    sigmas.at(-1) === 0;
  const at = (index: number) => variancePreserving(sigmas[index]!);

  return {
    timesteps,
    sigmas,
    initNoiseSigma: 1,
    inputScale: () => 1,
    takesNoise: () => stochastic,
    step({ index, sample, modelOutput, samples, memory, noise }) {
      const [s, t] = [at(index), at(index + 1)];
      const x0 = originalMix(prediction, s.alpha, s.sigma);
      const original = linear([x0[0], sample], [x0[1], modelOutput]);
      limit(original, samples);

      const h = t.lambda - s.lambda;
      const keep = (t.sigma / s.sigma) * (stochastic ? Math.exp(-h) : 1);
      const gain = t.alpha * -Math.expm1(stochastic ? -2 * h : -h);
      const fresh: [number, Float32Array][] = stochastic ? [[t.sigma * Math.sqrt(-Math.expm1(-2 * h)), noise!]] : [];

      const last = memory[0];
      const firstOrder = order === 1 || last === undefined || (firstOrderAtEnd && index === timesteps.length - 1);
      if (firstOrder) return { sample: linear([keep, sample], [gain, original], ...fresh), memory: [original] };

      // D_1 = (x_0 - last x_0) / r, the slope of x_0 over one step.
      const r = (s.lambda - at(index - 1).lambda) / h;
      const slope = (heun ? gain / (stochastic ? -2 * h : -h) + t.alpha : gain / 2) / r;
      const next = linear([keep, sample], [gain + slope, original], [-slope, last], ...fresh);
      return { sample: next, memory: [original] };
    },
  };
}

/** alpha, sigma with alpha^2 + sigma^2 = 1 and lambda = log(alpha / sigma) of a level in the variance-exploding view. */
function variancePreserving(level: number): { alpha: number; sigma: number; lambda: number } {
  const alpha = 1 / Math.sqrt(level ** 2 + 1);
  return { alpha, sigma: level * alpha, lambda: -Math.log(level) };
}

function readAlgorithm(config: ConfigFields): 'dpmsolver++' | 'sde-dpmsolver++' {
  const algorithm = config.choice('algorithm_type', ['dpmsolver++', 'sde-dpmsolver++', 'deis'], 'dpmsolver++');
  return algorithm === 'deis' ? 'dpmsolver++' : algorithm;
}

/** Leading and linspace divide by steps + 1 and leave out the cleanest timestep. */
function dpmSchedule(config: ConfigFields, steps: number, alphaBars: Float32Array): { timesteps: number[]; sigmas: number[] } {
  const trained = sigmasOf(alphaBars);
  requireSteps(steps, 1, trained.length);
  const last = trained.length - clippedTimesteps(config, alphaBars);
  const timesteps = plainTimesteps(config, steps, trained.length, last);
  const spacing = readSigmaSpacing(config);
  if (spacing === 'plain')
    return { timesteps, sigmas: [...levelsAt(timesteps, trained), finalSigma(config, trained)].map(Math.fround) };
  const ends = { least: trained[0]!, most: trained.at(-1)! };
  const respaced = respace(spacing, config, ends, steps, trained);
  const rounded =
    spacing !== 'exponential' &&
    config.choice('beta_schedule', ['linear', 'scaled_linear', 'squaredcos_cap_v2'], 'linear') !== 'squaredcos_cap_v2';
  return {
    timesteps: respaced.timesteps.map(rounded ? roundHalfEven : Math.trunc),
    sigmas: [...respaced.sigmas, finalSigma(config, trained)].map(Math.fround),
  };
}

function plainTimesteps(config: ConfigFields, steps: number, train: number, last: number): number[] {
  const spacing = config.choice('timestep_spacing', spacings, 'linspace');
  const offset = config.whole('steps_offset', 0);
  if (spacing === 'linspace')
    return linspace(0, last - 1, steps + 1)
      .reverse()
      .slice(0, -1)
      .map(roundHalfEven);
  if (spacing === 'leading') {
    const ratio = Math.floor(last / (steps + 1));
    return Array.from({ length: steps }, (_, i) => (steps - i) * ratio + offset);
  }
  // The stride stays that of the whole training: where noisy timesteps are clipped, fewer steps are left.
  return trailingTimesteps(last, train / steps);
}

/** How many of the noisiest timesteps lie below `lambda_min_clipped` (null in a file stands for -Infinity). */
function clippedTimesteps(config: ConfigFields, alphaBars: Float32Array): number {
  const least = config.number('lambda_min_clipped', Number.NEGATIVE_INFINITY);
  return alphaBars.filter((bar) => 0.5 * Math.log(bar / (1 - bar)) < least).length;
}
