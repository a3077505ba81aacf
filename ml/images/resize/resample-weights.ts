import type { ResampleFilter } from './filters.ts';

/** Fractional bits of the weights: 32 - 8 (a pixel) - 2 (overshoot and sign). */
export const PRECISION_BITS = 22;

/** For each place of a side that is wanted: the first source pixel and the fixed-point weights of it and the ones that follow. */
export interface ResampleWeights {
  /** [places] */
  readonly first: Int32Array;
  /** [places] */
  readonly count: Int32Array;
  /** [places, stride] */
  readonly weights: Int32Array;
  readonly stride: number;
}

/** Weights of the places [from, from + places) of a side of `length` pixels that becomes `target` pixels long.
 *  Pillow's `precompute_coeffs` and `normalize_coeffs_8bpc`: the filter is as wide as the shrink factor (antialiasing), its weights
 *  sum to 1 before they are rounded. */
export function resampleWeights(
  length: number,
  target: number,
  filter: ResampleFilter,
  from: number,
  places: number,
): ResampleWeights {
  const scale = length / target;
  const filterScale = Math.max(scale, 1);
  const support = filter.support * filterScale;
  const stride = Math.ceil(support) * 2 + 1;
  const first = new Int32Array(places);
  const count = new Int32Array(places);
  const weights = new Int32Array(places * stride);
  const exact = new Float64Array(stride);
  for (let place = 0; place < places; place++) {
    const centre = (from + place + 0.5) * scale;
    const start = Math.max(0, Math.trunc(centre - support + 0.5));
    const taps = Math.min(length, Math.trunc(centre + support + 0.5)) - start;
    let sum = 0;
    for (let tap = 0; tap < taps; tap++) {
      exact[tap] = filter.weight((tap + start - centre + 0.5) * (1 / filterScale));
      sum += exact[tap]!;
    }
    first[place] = start;
    count[place] = taps;
    for (let tap = 0; tap < taps; tap++) weights[place * stride + tap] = fixedPoint(sum === 0 ? exact[tap]! : exact[tap]! / sum);
  }
  return { first, count, weights, stride };
}

/** Rounds half away from zero. */
const fixedPoint = (weight: number): number => Math.trunc((weight < 0 ? -0.5 : 0.5) + weight * (1 << PRECISION_BITS));
