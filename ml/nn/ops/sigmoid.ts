import type { Value } from '../graph/value.ts';
import { mul, sub } from './arithmetic.ts';

/** Elementwise 1 / (1 + e^-x); d/dx = y (1 - y). */
export function sigmoid(x: Value): Value {
  const y = x.graph.emit('Sigmoid', [x], x.shape);
  return x.graph.record([x], y, (d) => [mul(d, mul(y, sub(1, y)))]);
}
