import type { Value } from '../graph/value.ts';

/** Indicator rows: int ids [...] -> float32 [..., depth]. An id outside 0..depth-1 gives a row of zeros. */
export function oneHot(ids: Value, depth: number, on = 1): Value {
  const { graph } = ids;
  const depthValue = graph.constant([depth], [], ids.dtype);
  return graph.emit('OneHot', [ids, depthValue, graph.constant([0, on], [2])], [...ids.shape, depth], { axis: -1 });
}
