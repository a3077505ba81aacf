import type { Value } from '../graph/value.ts';
import { mul } from './arithmetic.ts';
import { sigmoid } from './sigmoid.ts';

/** Elementwise log(1 + e^x), without overflow; d/dx = sigmoid(x). */
export function softplus(x: Value): Value {
  const y = x.graph.emit('Softplus', [x], x.shape);
  return x.graph.record([x], y, (d) => [mul(d, sigmoid(x))]);
}
