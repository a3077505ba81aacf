import type { Graph } from '../graph/graph.ts';
import type { Value } from '../graph/value.ts';
import { mul, sub } from './arithmetic.ts';
import { cast } from './cast.ts';
import { reshape } from './reshape.ts';

/** Added to a score that must not be attended to: its exponential is exactly 0 in float32. */
const blocked = -1e9;

/** Additive mask [t, t] in the graph of a scope or value: a position sees itself and what comes before. */
export const causalMask = (on: { graph: Graph }, length: number): Value => prefixMask(on, length, 0);

/** Additive mask [t, t]: the first `prefix` positions see each other freely, the rest is causal. */
export function prefixMask(on: { graph: Graph }, length: number, prefix: number): Value {
  const mask = new Float32Array(length * length);
  for (let i = 0; i < length; i++) {
    for (let j = Math.max(i + 1, i < prefix ? prefix : 0); j < length; j++) mask[i * length + j] = blocked;
  }
  return on.graph.constant(mask, [length, length]);
}

/** Additive mask [B, 1, 1, T] from keep[B, T] (bool or 0/1): no one sees the padding. */
export function paddingMask(keep: Value): Value {
  const [batch, length] = [keep.shape[0]!, keep.shape[1]!];
  return reshape(mul(sub(1, cast(keep, 'float32')), blocked), [batch, 1, 1, length]);
}
