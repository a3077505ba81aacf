import { linspace } from './timestep-spacing.ts';

/** Karras et al. 2022, eq. 5, rho = 7. */
export function karrasSigmas(least: number, most: number, steps: number): number[] {
  const rho = 7;
  return linspace(0, 1, steps).map((ramp) => (most ** (1 / rho) + ramp * (least ** (1 / rho) - most ** (1 / rho))) ** rho);
}

/** Equal ratios between neighbours; also what Lu et al. 2022 call uniform in lambda. */
export const exponentialSigmas = (least: number, most: number, steps: number): number[] =>
  linspace(Math.log(most), Math.log(least), steps).map(Math.exp);

/** The (fractional) timestep of a noise level, linear in log sigma between the training's own levels, which ascend. */
export function timestepOfSigma(sigma: number, logSigmas: Float32Array): number {
  const logSigma = Math.log(Math.max(sigma, 1e-10));
  let low = 0;
  while (low < logSigmas.length - 2 && logSigmas[low + 1]! <= logSigma) low++;
  const weight = (logSigmas[low]! - logSigma) / (logSigmas[low]! - logSigmas[low + 1]!);
  const clamped = Math.min(Math.max(weight, 0), 1);
  return (1 - clamped) * low + clamped * (low + 1);
}

/** A level between two timesteps: linear. `x` within 0 .. length-1. */
export function interpolate(levels: Float32Array, x: number): number {
  const below = Math.min(Math.max(Math.floor(x), 0), levels.length - 1);
  const above = Math.min(below + 1, levels.length - 1);
  return levels[below]! + Math.min(Math.max(x - below, 0), 1) * (levels[above]! - levels[below]!);
}
