import type { Value } from '../graph/value.ts';
import { type GeluForm, gelu } from '../ops/gelu.ts';
import { relu } from '../ops/relu.ts';
import { silu } from '../ops/silu.ts';
import { linear } from './linear.ts';
import type { Scope } from './scope.ts';

export type Activation = 'relu' | 'silu' | `gelu-${GeluForm}`;

export interface FeedForwardOptions {
  /** Default 4 times the width. */
  readonly hidden?: number | undefined;
  /** Default 'gelu-tanh'. 'gelu-quick' and 'relu' train faster. */
  readonly activation?: Activation | undefined;
}

/** x -> out(activation(in(x))), position by position. */
export function feedForward(scope: Scope, x: Value, { hidden, activation = 'gelu-tanh' }: FeedForwardOptions = {}): Value {
  const width = x.dim(-1);
  return linear(scope.child('out'), activate(linear(scope.child('in'), x, hidden ?? 4 * width), activation), width);
}

/** The activation of a name. */
export function activate(x: Value, activation: Activation): Value {
  if (activation === 'relu') return relu(x);
  if (activation === 'silu') return silu(x);
  return gelu(x, activation.slice('gelu-'.length) as GeluForm);
}
