import type { Value } from '../graph/value.ts';
import { mul } from './arithmetic.ts';

/** Elementwise e^x. */
export function exp(x: Value): Value {
  const y = x.graph.emit('Exp', [x], x.shape);
  return x.graph.record([x], y, (d) => [mul(d, y)]);
}
