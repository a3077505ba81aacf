import { ShapeError } from '../errors.ts';
import { showShape } from '../graph/dim.ts';
import type { Value } from '../graph/value.ts';

/** Axes in the order `perm`; axis i of the result is axis perm[i] of x. */
export function transpose(x: Value, perm: readonly number[]): Value {
  if (perm.length !== x.rank || perm.toSorted((a, b) => a - b).some((axis, i) => axis !== i)) {
    throw new ShapeError('transpose', `of ${showShape(x.shape)} needs each axis once, got [${perm.join(', ')}]`);
  }
  if (perm.every((axis, i) => axis === i)) return x;
  const inverse = perm.map((_, axis) => perm.indexOf(axis));
  const shape = perm.map((axis) => x.shape[axis] as number);
  return x.graph.record([x], x.graph.emit('Transpose', [x], shape, { perm }, x.dtype), (d) => [transpose(d, inverse)]);
}
