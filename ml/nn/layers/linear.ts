import type { Value } from '../graph/value.ts';
import { affine } from '../ops/affine.ts';
import { type Init, init } from './init.ts';
import type { Scope } from './scope.ts';

export interface LinearOptions {
  /** Default true. */
  readonly bias?: boolean;
  /** Of the weight. Default normal(0.02), as in GPT-2 and CLIP. */
  readonly init?: Init;
  /** Keep the weight as [size, in], as PyTorch does: its checkpoints then fit as they are. Default false. */
  readonly transposed?: boolean;
}

/** x[..., in] -> [..., size] by the parameters weight[in, size] and bias[size]. */
export function linear(scope: Scope, x: Value, size: number, options: LinearOptions = {}): Value {
  const { transposed = false } = options;
  const shape = transposed ? [size, x.dim(-1)] : [x.dim(-1), size];
  const weight = scope.param('weight', shape, options.init ?? init.normal(0.02));
  return affine(x, weight, options.bias === false ? undefined : scope.param('bias', [size], init.zeros), { transposed });
}
