import type { Value } from '../graph/value.ts';
import { div } from './arithmetic.ts';

/** Elementwise natural logarithm. */
export function log(x: Value): Value {
  const y = x.graph.emit('Log', [x], x.shape);
  return x.graph.record([x], y, (d) => [div(d, x)]);
}
