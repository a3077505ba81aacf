import { init, linear, type Scope, type Value } from '../../nn/index.ts';

/** A linear layer that begins with uniform weights within 1 / sqrt(inputs): learns from the first step at 250 steps in all, where the
 *  small normal weights of deep networks would lose fifty. */
export const dense = (scope: Scope, x: Value, size: number): Value =>
  linear(scope, x, size, { init: init.uniform(1 / Math.sqrt(x.dim(-1))) });
