import { broadcastShape, sumToShape } from '../graph/broadcast.ts';
import type { Value } from '../graph/value.ts';
import { mul } from './arithmetic.ts';
import { cast } from './cast.ts';
import { not } from './compare.ts';
import { asOperands, type Operand } from './operand.ts';

/** Elementwise: a where the bool condition holds, else b. All three broadcast. */
export function where(condition: Value, x: Operand, y: Operand): Value {
  const [a, b] = asOperands('where', x, y);
  const shape = broadcastShape('where', condition.shape, broadcastShape('where', a.shape, b.shape));
  const output = a.graph.emit('Where', [condition, a, b], shape, {}, a.dtype);
  return a.graph.record([a, b], output, (d) => [
    a.requiresGrad ? sumToShape(mul(d, cast(condition, 'float32')), a.shape) : null,
    b.requiresGrad ? sumToShape(mul(d, cast(not(condition), 'float32')), b.shape) : null,
  ]);
}
