import type { Value } from '../graph/value.ts';
import { mul, sub } from './arithmetic.ts';

/** Elementwise hyperbolic tangent; d/dx = 1 - tanh(x)^2. */
export function tanh(x: Value): Value {
  const y = x.graph.emit('Tanh', [x], x.shape);
  return x.graph.record([x], y, (d) => [sub(d, mul(d, mul(y, y)))]);
}
