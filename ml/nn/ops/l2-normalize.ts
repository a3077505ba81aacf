import type { Value } from '../graph/value.ts';
import { add, div, mul } from './arithmetic.ts';
import { sum } from './reduce.ts';
import { sqrt } from './sqrt.ts';

/** x / sqrt(sum(x^2) + epsilon) over the last axis. */
export function l2Normalize(x: Value, epsilon = 1e-12): Value {
  return div(x, sqrt(add(sum(mul(x, x), -1, true), epsilon)));
}
