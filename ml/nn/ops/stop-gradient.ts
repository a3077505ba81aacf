import { Value } from '../graph/value.ts';

/** The same value, as a constant to differentiation. */
export function stopGradient(x: Value): Value {
  return new Value(x.graph, x.name, x.shape, x.dtype);
}
