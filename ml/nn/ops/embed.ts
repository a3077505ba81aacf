import { ShapeError } from '../errors.ts';
import { showShape } from '../graph/dim.ts';
import type { Value } from '../graph/value.ts';
import { gemm } from './affine.ts';
import { oneHot } from './one-hot.ts';
import { reshape } from './reshape.ts';
import { zeros } from './zeros.ts';

export interface EmbedOptions {
  /** How the table's gradient adds up rows. Both are exact with duplicate ids; `oneHot` (a Gemm) is faster for small tables. */
  readonly gradient?: 'scatter' | 'oneHot';
}

/** Up to about this many rows the one-hot Gemm is as fast as ScatterElements (measured at widths 96 and 256). */
const oneHotRows = 512;

/** Rows of a table: table[V, d], int ids [...] -> [..., d]. */
export function embed(table: Value, ids: Value, options: EmbedOptions = {}): Value {
  if (table.rank !== 2 || (ids.dtype !== 'int32' && ids.dtype !== 'int64')) {
    throw new ShapeError(
      'embed',
      `needs table[V, d] and int ids, got ${showShape(table.shape)} and ${ids.dtype}${showShape(ids.shape)}`,
    );
  }
  const { graph } = table;
  const [rows, width] = [table.dim(0), table.dim(1)];
  const output = graph.emit('Gather', [table, ids], [...ids.shape, width], { axis: 0 });
  return graph.record([table], output, (d) => {
    const flatIds = reshape(ids, [-1]);
    const flat = reshape(d, [-1, width]);
    const form = options.gradient ?? (rows <= oneHotRows ? 'oneHot' : 'scatter');
    if (form === 'oneHot') return [gemm(oneHot(flatIds, rows), flat, true, false)];
    return [scatterAddRows(rows, width, flatIds, flat)];
  });
}

/** Sums rows [n, d] by their ids [n] -> [V, d]. Never ScatterND: its CPU kernel loses updates of duplicate ids (onnxruntime#18048). */
function scatterAddRows(rows: number, width: number, ids: Value, updates: Value): Value {
  const { graph } = ids;
  const index = graph.emit('Expand', [reshape(ids, [-1, 1]), graph.shapeVector(updates.shape)], updates.shape, {}, ids.dtype);
  return graph.emit('ScatterElements', [zeros(graph, [rows, width]), index, updates], [rows, width], {
    axis: 0,
    reduction: 'add',
  });
}
