import type { Value } from '../graph/value.ts';
import { mul } from './arithmetic.ts';

/** Elementwise max(x, 0). At 0 the gradient is 0. */
export function relu(x: Value): Value {
  const y = x.graph.emit('Relu', [x], x.shape);
  return x.graph.record([x], y, (d) => [mul(d, x.graph.emit('Sign', [y], y.shape))]);
}
