import type { Philox } from '../../../engine/plan/philox.ts';
import type { Value } from '../graph/value.ts';
import { mul } from './arithmetic.ts';
import { cast } from './cast.ts';

/** Inverted dropout (Srivastava et al. 2014): zero where `keep` is false, else x / (1 - rate). The mask is an input of the
 *  graph, drawn by `dropoutMask`, so that training can be resumed and repeated. Leave the op out when inferring. */
export function dropout(x: Value, keep: Value, rate: number): Value {
  return mul(x, mul(cast(keep, 'float32'), 1 / (1 - rate)));
}

/** `count` keep-flags (1 with probability 1 - rate) for a bool input. */
export function dropoutMask(random: Philox, count: number, rate: number): Uint8Array {
  return Uint8Array.from({ length: count }, () => (random.uniform(24) >= rate ? 1 : 0));
}
