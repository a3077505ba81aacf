import { ShapeError } from '../errors.ts';
import { broadcastShape, sumToShape } from '../graph/broadcast.ts';
import { type Shape, sameShape, showShape } from '../graph/dim.ts';
import type { Value } from '../graph/value.ts';

/** Repeats x to `shape` by broadcasting. */
export function expand(x: Value, shape: Shape): Value {
  if (sameShape(x.shape, shape)) return x;
  if (!sameShape(broadcastShape('expand', x.shape, shape), shape)) {
    throw new ShapeError('expand', `${showShape(x.shape)} must broadcast to ${showShape(shape)}`);
  }
  const output = x.graph.emit('Expand', [x, x.graph.shapeVector(shape)], shape, {}, x.dtype);
  return x.graph.record([x], output, (d) => [sumToShape(d, x.shape)]);
}
