import { ShapeError } from '../errors.ts';
import { normalAxis } from '../graph/broadcast.ts';
import { showShape } from '../graph/dim.ts';
import type { Value } from '../graph/value.ts';
import { zeros } from './zeros.ts';

/** Joins values along `axis`; all other dimensions must be equal. */
export function concat(xs: readonly Value[], axis: number): Value {
  const first = xs[0];
  if (!first) throw new ShapeError('concat', 'needs at least one value, got none');
  if (xs.length === 1) return first;
  const at = normalAxis('concat', first.rank, axis);
  for (const x of xs) {
    if (x.rank !== first.rank || x.shape.some((dim, i) => i !== at && dim !== first.shape[i])) {
      throw new ShapeError(
        'concat',
        `along axis ${at} needs equal other dimensions, got ${showShape(first.shape)} and ${showShape(x.shape)}`,
      );
    }
  }
  const sizes = xs.map((x) => x.dim(at));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const output = first.graph.emit('Concat', xs, first.shape.with(at, total), { axis: at }, first.dtype);
  return first.graph.record(xs, output, (d) => split(d, sizes, at));
}

/** Cuts x along `axis` into consecutive parts of the given sizes. */
export function split(x: Value, sizes: readonly number[], axis: number): Value[] {
  const { graph } = x;
  const at = normalAxis('split', x.rank, axis);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (x.shape[at] !== total) throw new ShapeError('split', `sizes must add up to ${x.shape[at]}, got [${sizes.join(', ')}]`);
  if (sizes.length === 1) return [x];
  const shapes = sizes.map((size) => ({ shape: x.shape.with(at, size), dtype: x.dtype }));
  const parts = graph.node('Split', [x, graph.integers(sizes)], shapes, { axis: at });
  graph.recordAll([x], parts, (gradients) => [
    concat(
      gradients.map((d, i) => d ?? zeros(graph, parts[i]!.shape)),
      at,
    ),
  ]);
  return parts;
}
