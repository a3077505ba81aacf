import type { Value } from '../graph/value.ts';
import { mul, sub } from './arithmetic.ts';
import { exp } from './exp.ts';
import { sum } from './reduce.ts';

/** log(softmax(x)) over the last axis; dx = d - softmax(x) sum(d). */
export function logSoftmax(x: Value): Value {
  const y = x.graph.emit('LogSoftmax', [x], x.shape, { axis: -1 });
  return x.graph.record([x], y, (d) => [sub(d, mul(exp(y), sum(d, -1, true)))]);
}
