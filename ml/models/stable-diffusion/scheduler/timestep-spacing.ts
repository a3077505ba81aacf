import { HoplineError } from '../../../../engine/plan/errors.ts';

export const spacings = ['leading', 'trailing', 'linspace'] as const;
export type TimestepSpacing = (typeof spacings)[number];

/** Descending timesteps out of 0 .. train-1. Lin et al. 2024, table 2, as the reference computes them: whole for leading and trailing,
 *  fractional for linspace. */
export function spaceTimesteps(spacing: TimestepSpacing, train: number, steps: number, offset: number): number[] {
  switch (spacing) {
    case 'leading': {
      const ratio = Math.floor(train / steps);
      return Array.from({ length: steps }, (_, i) => (steps - 1 - i) * ratio + offset);
    }
    case 'trailing':
      return trailingTimesteps(train, train / steps);
    case 'linspace':
      return linspace(0, train - 1, steps).reverse();
  }
}

/** From `from` - 1 down in strides, as numpy's arange goes: the increment is start + step - start, rounded. Where that rounding leaves
 *  arange a crumb above 0 (61 steps of 1000), it goes on to a timestep -1, which no training had: left out here. */
export function trailingTimesteps(from: number, stride: number): number[] {
  const increment = from - stride - from;
  return Array.from({ length: Math.ceil(from / stride - 1e-9) }, (_, i) => roundHalfEven(from + i * increment) - 1);
}

/** `count` numbers from start to stop, both included. */
export function linspace(start: number, stop: number, count: number): number[] {
  const step = (stop - start) / (count - 1);
  return Array.from({ length: count }, (_, i) => (i > 0 && i === count - 1 ? stop : start + (i === 0 ? 0 : i * step)));
}

/** Rounds as numpy and torch do: a half goes to the even neighbour. */
export function roundHalfEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 !== 0) ? floor + 1 : floor;
}

/** @throws HoplineError OPTION_INVALID when a method can't go in so many steps */
export function requireSteps(steps: number, least: number, most: number): void {
  if (Number.isSafeInteger(steps) && steps >= least && steps <= most) return;
  throw new HoplineError('OPTION_INVALID', `options.steps must be a whole number from ${least} to ${most}, got ${steps}`);
}

/** alpha-bar is known for the timesteps of the training only; `steps_offset` with very many steps leads beyond.
 *  @throws HoplineError OPTION_INVALID */
export function requireTrained(timesteps: readonly number[], train: number): void {
  const beyond = timesteps.find((timestep) => timestep < 0 || timestep > train - 1);
  if (beyond === undefined) return;
  throw new HoplineError(
    'OPTION_INVALID',
    `options.steps must give timesteps from 0 to ${train - 1}, got the timestep ${beyond}`,
    {
      hint: 'take fewer steps',
    },
  );
}
