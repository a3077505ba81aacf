import type { Value } from '../graph/value.ts';
import { div, mul } from './arithmetic.ts';

/** Elementwise square root. */
export function sqrt(x: Value): Value {
  const y = x.graph.emit('Sqrt', [x], x.shape);
  return x.graph.record([x], y, (d) => [div(mul(d, 0.5), y)]);
}
