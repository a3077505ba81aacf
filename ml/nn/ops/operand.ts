import { ShapeError } from '../errors.ts';
import type { Value } from '../graph/value.ts';

/** A value, or a number that stands for a scalar of the other operand's type. */
export type Operand = Value | number;

/** Both operands as values of one graph and one type. */
export function asOperands(op: string, a: Operand, b: Operand): [Value, Value] {
  const anchor = typeof a === 'number' ? b : a;
  if (typeof anchor === 'number') throw new ShapeError(op, `needs at least one graph value, got the numbers ${a} and ${b}`);
  const lift = (x: Operand): Value => (typeof x === 'number' ? anchor.graph.constant([x], [], anchor.dtype) : x);
  const pair: [Value, Value] = [lift(a), lift(b)];
  if (pair[0].dtype !== pair[1].dtype) {
    throw new ShapeError(
      op,
      `operands must have one type, got ${pair[0].dtype} and ${pair[1].dtype}`,
      "cast(x, 'float32') converts",
    );
  }
  return pair;
}
