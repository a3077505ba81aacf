import { normalAxis } from '../graph/broadcast.ts';
import type { Value } from '../graph/value.ts';
import { zeros } from './zeros.ts';

/** Picks along `axis`: result[i, j] = x[i, index[i, j]] (for the last of two axes). `index`: int, the rank of x. */
export function gatherElements(x: Value, index: Value, axis = -1): Value {
  const at = normalAxis('gatherElements', x.rank, axis);
  const output = x.graph.emit('GatherElements', [x, index], index.shape, { axis: at }, x.dtype);
  return x.graph.record([x], output, (d) => [
    x.graph.emit('ScatterElements', [zeros(x.graph, x.shape), index, d], x.shape, { axis: at, reduction: 'add' }),
  ]);
}
