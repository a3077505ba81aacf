import { normalAxis } from '../graph/broadcast.ts';
import type { Value } from '../graph/value.ts';
import { cast } from './cast.ts';

/** Index of the largest element along `axis`, int32; the first of equals. No gradient. */
export function argmax(x: Value, axis = -1): Value {
  const at = normalAxis('argmax', x.rank, axis);
  const shape = x.shape.filter((_, i) => i !== at);
  return cast(x.graph.emit('ArgMax', [x], shape, { axis: at, keepdims: 0 }, 'int64'), 'int32');
}
