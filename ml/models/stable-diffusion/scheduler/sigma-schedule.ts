import type { ConfigFields } from './config-fields.ts';
import { exponentialSigmas, interpolate, karrasSigmas, timestepOfSigma } from './sigma-spacing.ts';
import { linspace } from './timestep-spacing.ts';

/** How a configuration wants its noise levels spaced. `plain`: those of the timesteps. */
export type SigmaSpacing = 'plain' | 'karras' | 'exponential' | 'lu';

/** @throws HoplineError MODEL_NOT_SUPPORTED for what isn't built, MODEL_CONFIG_INVALID for two spacings at once */
export function readSigmaSpacing(config: ConfigFields): SigmaSpacing {
  config.refuse('use_beta_sigmas');
  config.refuse('use_flow_sigmas');
  config.refuse('use_dynamic_shifting');
  const karras = config.flag('use_karras_sigmas', false);
  const exponential = config.flag('use_exponential_sigmas', false);
  if (karras && exponential) throw config.unsupported('use_exponential_sigmas', 'must be false where use_karras_sigmas is true');
  if (karras) return 'karras';
  if (config.flag('use_lu_lambdas', false)) return 'lu';
  return exponential ? 'exponential' : 'plain';
}

/** Descending levels between the two ends, and the fractional timesteps that they lie at. */
export function respace(
  spacing: Exclude<SigmaSpacing, 'plain'>,
  config: ConfigFields,
  ends: { least: number; most: number },
  steps: number,
  trained: Float32Array,
): { sigmas: number[]; timesteps: number[] } {
  const least = config.optionalNumber('sigma_min') ?? ends.least;
  const most = config.optionalNumber('sigma_max') ?? ends.most;
  const sigmas = (spacing === 'karras' ? karrasSigmas : exponentialSigmas)(least, most, steps);
  const logSigmas = trained.map(Math.log);
  return { sigmas, timesteps: sigmas.map((sigma) => timestepOfSigma(sigma, logSigmas)) };
}

/** The levels that the training had at (fractional) timesteps. */
export const levelsAt = (timesteps: readonly number[], trained: Float32Array): number[] =>
  timesteps.map((timestep) => interpolate(trained, timestep));

/** From the noisiest to the cleanest level in equal ratios, one more than steps: `interpolation_type` log_linear. */
export const logLinearLevels = (trained: Float32Array, steps: number): number[] =>
  linspace(Math.log(trained.at(-1)!), Math.log(trained[0]!), steps + 1).map(Math.exp);

/** The level after the last step: 0, or the training's least. */
export const finalSigma = (config: ConfigFields, trained: Float32Array): number =>
  config.choice('final_sigmas_type', ['zero', 'sigma_min'], 'zero') === 'zero' ? 0 : trained[0]!;
