/** One comparison with a reference: a row of the table of `npm run parity`. */
export interface ParityCase {
  readonly name: string;
  /** Largest absolute difference; infinite where shapes or lengths differ. Of ids and texts: 0 equal, 1 not. */
  readonly maxDifference: number;
  readonly tolerance: number;
  readonly passed: boolean;
}

export function parityCase(name: string, maxDifference: number, tolerance: number): ParityCase {
  return { name, maxDifference, tolerance, passed: maxDifference <= tolerance };
}

/** 0 where the values are the same in every part, else 1. */
export const sameOrNot = (actual: unknown, expected: unknown): number =>
  JSON.stringify(actual) === JSON.stringify(expected) ? 0 : 1;

/** Largest absolute difference of two lists; infinite where their lengths differ or a number is missing. */
export function largestDifference(actual: ArrayLike<number | bigint>, expected: ArrayLike<number | bigint>): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(Number(actual[i]) - Number(expected[i]));
    if (!(difference <= largest)) largest = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
  }
  return largest;
}
