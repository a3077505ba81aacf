import { normalAxes } from '../graph/broadcast.ts';
import { dimProduct, type Shape, sameShape, staticDim } from '../graph/dim.ts';
import type { Value } from '../graph/value.ts';
import { div, mul } from './arithmetic.ts';
import { cast } from './cast.ts';
import { equal } from './compare.ts';
import { expand } from './expand.ts';
import { reshape } from './reshape.ts';

export type Axes = number | readonly number[];

interface Reduced {
  readonly output: Value;
  readonly axes: readonly number[];
  /** The input's shape with 1 at the reduced axes. */
  readonly kept: Shape;
}

/** A reduction node over `axes` (default all). */
export function reduce(op: string, x: Value, axes: Axes | undefined, keepDims: boolean): Reduced {
  const normal = normalAxes(op, x.rank, axes);
  const kept = x.shape.map((dim, i) => (normal.includes(i) ? 1 : dim));
  const shape = keepDims ? kept : x.shape.filter((_, i) => !normal.includes(i));
  return { output: x.graph.emit(op, [x, x.graph.integers(normal)], shape, { keepdims: keepDims ? 1 : 0 }), axes: normal, kept };
}

/** Spreads a reduction's gradient back over the reduced axes. */
const spread = (gradient: Value, kept: Shape, shape: Shape): Value => {
  const aligned = reshape(gradient, kept);
  return sameShape(kept, shape) ? aligned : expand(aligned, shape);
};

/** Sum over `axes` (default all). */
export function sum(x: Value, axes?: Axes, keepDims = false): Value {
  const { output, kept } = reduce('ReduceSum', x, axes, keepDims);
  return x.graph.record([x], output, (d) => [spread(d, kept, x.shape)]);
}

/** Mean over `axes` (default all). */
export function mean(x: Value, axes?: Axes, keepDims = false): Value {
  const { output, axes: normal, kept } = reduce('ReduceMean', x, axes, keepDims);
  return x.graph.record([x], output, (d) => {
    const count = staticDim('mean', dimProduct(normal.map((axis) => x.shape[axis] as number)));
    return [spread(mul(d, 1 / count), kept, x.shape)];
  });
}

/** Maximum over `axes` (default all). Equal maxima share the gradient. */
export function max(x: Value, axes?: Axes, keepDims = false): Value {
  const { output, axes: normal, kept } = reduce('ReduceMax', x, axes, keepDims);
  return x.graph.record([x], output, (d) => {
    const hit = cast(equal(x, reshape(output, kept)), 'float32');
    return [mul(div(hit, sum(hit, normal, true)), reshape(d, kept))];
  });
}

/** log(sum(exp(x))) over `axes` (default all), without overflow; its gradient is the softmax. */
export function logSumExp(x: Value, axes?: Axes, keepDims = false): Value {
  const { graph } = x;
  const peak = reduce('ReduceMax', x, axes, true).output;
  const exps = graph.withoutRecording(() => graph.emit('Exp', [graph.emit('Sub', [x, peak], x.shape)], x.shape));
  const total = reduce('ReduceSum', exps, axes, true);
  const wide = graph.emit('Add', [graph.emit('Log', [total.output], total.kept), peak], total.kept);
  const narrow = keepDims ? total.kept : x.shape.filter((_, i) => !total.axes.includes(i));
  const output = graph.withoutRecording(() => reshape(wide, narrow));
  return graph.record([x], output, (d) => [mul(div(exps, total.output), reshape(d, total.kept))]);
}
