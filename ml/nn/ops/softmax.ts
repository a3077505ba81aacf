import type { Value } from '../graph/value.ts';
import { mul, sub } from './arithmetic.ts';
import { sum } from './reduce.ts';

/** exp(x) / sum(exp(x)) over the last axis; dx = y (d - sum(d y)). */
export function softmax(x: Value): Value {
  const y = x.graph.emit('Softmax', [x], x.shape, { axis: -1 });
  return x.graph.record([x], y, (d) => [mul(y, sub(d, sum(mul(d, y), -1, true)))]);
}
