import { ShapeError } from '../errors.ts';
import { normalAxis } from '../graph/broadcast.ts';
import type { Value } from '../graph/value.ts';

/** Elements start .. end-1 along `axis` (negative counts from the end; end defaults to the last). */
export function slice(x: Value, axis: number, start: number, end?: number): Value {
  const { graph } = x;
  const at = normalAxis('slice', x.rank, axis);
  const size = x.dim(at);
  const from = start < 0 ? start + size : start;
  const to = end === undefined ? size : end < 0 ? end + size : end;
  if (from < 0 || to > size || from >= to)
    throw new ShapeError('slice', `must lie within 0..${size} and not be empty, got ${start}..${end}`);
  if (from === 0 && to === size) return x;
  const bounds = [graph.integers([from]), graph.integers([to]), graph.integers([at])];
  const output = graph.emit('Slice', [x, ...bounds], x.shape.with(at, to - from), {}, x.dtype);
  return graph.record([x], output, (d) => [pad(d, at, from, size - to)]);
}

/** Zeros (or `fill`) before and after, along one axis. */
export function pad(x: Value, axis: number, before: number, after: number, fill = 0): Value {
  const { graph } = x;
  const at = normalAxis('pad', x.rank, axis);
  const size = x.dim(at);
  const inputs = [x, graph.integers([before, after]), graph.constant([fill], [], x.dtype), graph.integers([at])];
  const output = graph.emit('Pad', inputs, x.shape.with(at, size + before + after), {}, x.dtype);
  return graph.record([x], output, (d) => [slice(d, at, before, before + size)]);
}
