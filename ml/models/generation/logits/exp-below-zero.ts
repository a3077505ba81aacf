/** 2^(i / 1024). */
const fractions = Float64Array.from({ length: 1024 }, (_, i) => 2 ** (i / 1024));
/** 2^-i. */
const powers = Float64Array.from({ length: 128 }, (_, i) => 2 ** -i);

const PER_UNIT = 1024 / Math.LN2;

/** e^x for x <= 0, to 1e-13 of it; 0 below -87, where float32 ends. In line and a third of the time of Math.exp: a step of a beam
 *  search takes it once for every id of the vocabulary and every beam. */
export function expBelowZero(x: number): number {
  if (x < -87) return 0;
  const steps = Math.floor(x * PER_UNIT);
  const rest = x - steps / PER_UNIT;
  return fractions[steps & 1023]! * powers[-(steps >> 10)]! * (1 + rest * (1 + rest * (1 / 2 + rest / 6)));
}
