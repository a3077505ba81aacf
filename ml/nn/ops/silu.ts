import type { Value } from '../graph/value.ts';
import { add, mul, sub } from './arithmetic.ts';

/** x * sigmoid(x). Elfwing, Uchibe, Doya 2018. d/dx = s + y (1 - s). */
export function silu(x: Value): Value {
  const s = x.graph.emit('Sigmoid', [x], x.shape);
  const y = x.graph.emit('Mul', [x, s], x.shape);
  return x.graph.record([x], y, (d) => [mul(d, add(s, mul(y, sub(1, s))))]);
}
