import type { ConfigFields } from './config-fields.ts';

/** How the training noise grew: alpha-bar_t for t = 0 .. T-1 (Ho et al. 2020, section 2). */
export type AlphasCumprod = Float32Array;

const { fround, sqrt } = Math;

/** Trainings have 1000. What a file may ask for ends where its noise levels would fill the memory. */
const MOST_TIMESTEPS = 100_000;

/** The schedule that a configuration names, in the reference's own float32 steps: rounding it otherwise moves sigmas by up to 1e-5 and,
 *  where a timestep lies near one half, the timestep by 1. */
export function alphasCumprod(
  config: ConfigFields,
  defaults: { start: number; end: number; schedule: BetaSchedule },
): AlphasCumprod {
  const betas = readBetas(config, defaults);
  return productOfAlphas(config.flag('rescale_betas_zero_snr', false) ? rescaleZeroTerminalSnr(betas) : betas);
}

type BetaSchedule = 'linear' | 'scaled_linear' | 'squaredcos_cap_v2';

function readBetas(config: ConfigFields, defaults: { start: number; end: number; schedule: BetaSchedule }): Float32Array {
  const trained = config.numbers('trained_betas');
  if (trained && trained.length > 0) return Float32Array.from(trained);
  const count = config.whole('num_train_timesteps', 1000, { from: 2, to: MOST_TIMESTEPS });
  const start = config.number('beta_start', defaults.start);
  const end = config.number('beta_end', defaults.end);
  switch (config.choice('beta_schedule', ['linear', 'scaled_linear', 'squaredcos_cap_v2'], defaults.schedule)) {
    case 'linear':
      return linspaceFloat32(start, end, count);
    case 'scaled_linear':
      return linspaceFloat32(sqrt(start), sqrt(end), count).map((root) => root * root);
    case 'squaredcos_cap_v2':
      return Float32Array.from({ length: count }, (_, i) =>
        Math.min(1 - cosineBar((i + 1) / count) / cosineBar(i / count), 0.999),
      );
  }
}

/** Nichol and Dhariwal 2021, eq. 17. */
const cosineBar = (t: number): number => Math.cos((((t + 0.008) / 1.008) * Math.PI) / 2) ** 2;

/** As torch does it: from both ends towards the middle. */
function linspaceFloat32(start: number, end: number, count: number): Float32Array {
  const first = fround(start);
  const last = fround(end);
  const step = fround(fround(last - first) / (count - 1));
  return Float32Array.from({ length: count }, (_, i) =>
    i < Math.floor(count / 2) ? first + fround(step * i) : last - fround(step * (count - i - 1)),
  );
}

function productOfAlphas(betas: Float32Array): Float32Array {
  let product = 1;
  return betas.map((beta) => (product *= fround(1 - beta)));
}

/** Betas whose last alpha-bar is 0, so that sampling starts from what training saw. Lin et al. 2024, algorithm 1. */
function rescaleZeroTerminalSnr(betas: Float32Array): Float32Array {
  const roots = productOfAlphas(betas).map(sqrt);
  const first = roots[0]!;
  const last = roots.at(-1)!;
  const factor = fround(first / fround(first - last));
  const bars = roots.map((root) => fround(fround(root - last) * factor) ** 2);
  return bars.map((bar, t) => 1 - fround(t === 0 ? bar : bar / bars[t - 1]!));
}

/** Noise levels where signal has the size 1: sqrt((1 - alpha-bar) / alpha-bar). */
export const sigmasOf = (alphas: AlphasCumprod): Float32Array => alphas.map((bar) => sqrt(fround(fround(1 - bar) / bar)));

/** With zero terminal SNR the last sigma would be infinite; the reference's methods in sigma space take 2^-24 for its alpha-bar. */
export function finiteSigmas(alphas: AlphasCumprod, config: ConfigFields): AlphasCumprod {
  if (config.flag('rescale_betas_zero_snr', false)) alphas[alphas.length - 1] = 2 ** -24;
  return alphas;
}
