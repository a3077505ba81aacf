import type { Value } from '../graph/value.ts';
import { square, sub } from './arithmetic.ts';
import { mean } from './reduce.ts';

/** Mean of (a - b)^2 over all elements. */
export const meanSquaredError = (a: Value, b: Value): Value => mean(square(sub(a, b)));
