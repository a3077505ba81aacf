import { ShapeError } from '../errors.ts';
import { type Dim, type Shape, sameShape, showShape } from './dim.ts';
import type { Value } from './value.ts';

/** The shape of an elementwise op over both (NumPy's rule: align at the end; 1 stretches). */
export function broadcastShape(op: string, a: Shape, b: Shape): Dim[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const x = a[a.length - rank + i] ?? 1;
    const y = b[b.length - rank + i] ?? 1;
    if (x !== y && x !== 1 && y !== 1) throw new ShapeError(op, `shapes must broadcast, got ${showShape(a)} and ${showShape(b)}`);
    return x === 1 ? y : x;
  });
}

/** Sums a gradient back to the shape of an operand that was broadcast. */
export function sumToShape(gradient: Value, shape: Shape): Value {
  if (sameShape(gradient.shape, shape)) return gradient;
  const graph = gradient.graph;
  const lead = gradient.rank - shape.length;
  const axes = gradient.shape.flatMap((dim, i) => (i < lead || (shape[i - lead] === 1 && dim !== 1) ? [i] : []));
  const kept = gradient.shape.map((dim, i) => (axes.includes(i) ? 1 : dim));
  const summed = axes.length === 0 ? gradient : graph.emit('ReduceSum', [gradient, graph.integers(axes)], kept, { keepdims: 1 });
  return sameShape(summed.shape, shape) ? summed : graph.emit('Reshape', [summed, graph.shapeVector(shape)], shape);
}

/** Axes as non-negative numbers, ascending; all of them by default. */
export function normalAxes(op: string, rank: number, axes: number | readonly number[] | undefined): number[] {
  const list = axes === undefined ? Array.from({ length: rank }, (_, i) => i) : [axes].flat();
  return list.map((axis) => normalAxis(op, rank, axis as number)).toSorted((a, b) => a - b);
}

export function normalAxis(op: string, rank: number, axis: number): number {
  const normal = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(axis) || normal < 0 || normal >= rank)
    throw new ShapeError(op, `axis must lie in [${-rank}, ${rank}), got ${axis}`);
  return normal;
}
