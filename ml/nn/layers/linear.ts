import type { Value } from '../graph/value.ts';
import { affine } from '../ops/affine.ts';
import { type Init, init } from './init.ts';
import type { Scope } from './scope.ts';

export interface LinearOptions {
  /** Default true. */
  readonly bias?: boolean;
  /** Of the weight. Default normal(0.02), as in GPT-2 and CLIP. */
  readonly init?: Init;
}

/** x[..., in] -> [..., size] by the parameters weight[in, size] and bias[size]. */
export function linear(scope: Scope, x: Value, size: number, options: LinearOptions = {}): Value {
  const weight = scope.param('weight', [x.dim(-1), size], options.init ?? init.normal(0.02));
  return affine(x, weight, options.bias === false ? undefined : scope.param('bias', [size], init.zeros));
}
