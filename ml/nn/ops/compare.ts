import { broadcastShape } from '../graph/broadcast.ts';
import type { Value } from '../graph/value.ts';
import { asOperands, type Operand } from './operand.ts';

function compare(op: string, x: Operand, y: Operand): Value {
  const [a, b] = asOperands(op, x, y);
  return a.graph.emit(op, [a, b], broadcastShape(op, a.shape, b.shape), {}, 'bool');
}

/** Elementwise a = b, as bool. */
export const equal = (a: Operand, b: Operand): Value => compare('Equal', a, b);

/** Elementwise a > b, as bool. */
export const greater = (a: Operand, b: Operand): Value => compare('Greater', a, b);

/** Elementwise a < b, as bool. */
export const less = (a: Operand, b: Operand): Value => compare('Less', a, b);

/** Elementwise negation of a bool. */
export const not = (x: Value): Value => x.graph.emit('Not', [x], x.shape, {}, 'bool');

/** Elementwise conjunction of bools. */
export const logicalAnd = (a: Value, b: Value): Value => compare('And', a, b);

/** Elementwise disjunction of bools. */
export const logicalOr = (a: Value, b: Value): Value => compare('Or', a, b);
