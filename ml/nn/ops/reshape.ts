import { ShapeError } from '../errors.ts';
import { dimProduct, dimQuotient, type Shape, sameShape, showShape } from '../graph/dim.ts';
import type { Value } from '../graph/value.ts';

/** The same elements in another shape. One dimension may be -1: what is left. */
export function reshape(x: Value, target: Shape): Value {
  const shape = resolve(x, target);
  if (sameShape(x.shape, shape)) return x;
  const { graph } = x;
  const symbols = shape.filter((dim) => typeof dim === 'string').length;
  const vector =
    symbols <= 1 ? graph.integers(shape.map((dim) => (typeof dim === 'number' ? dim : -1))) : graph.shapeVector(shape);
  return graph.record([x], graph.emit('Reshape', [x, vector], shape, {}, x.dtype), (d) => [reshape(d, x.shape)]);
}

function resolve(x: Value, target: Shape): Shape {
  const misfit = (): ShapeError =>
    new ShapeError('reshape', `from ${showShape(x.shape)} must keep the number of elements, got ${showShape(target)}`);
  const open = target.indexOf(-1);
  if (open < 0) {
    if (dimProduct(target) !== x.size) throw misfit();
    return target;
  }
  const left = dimQuotient(x.size, dimProduct(target.filter((_, i) => i !== open)));
  if (left === undefined) throw misfit();
  return target.with(open, left);
}
