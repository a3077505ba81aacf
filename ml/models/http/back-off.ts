import { type Seed, seedRandom } from '../seed-random.ts';

/** No pause of our own is longer. Seconds. */
const LONGEST = 60;
/** The stream of a sample's seed that its pauses are drawn from: no generator draws its contents there. */
const STREAM = 0x68747470;

/** Seconds to wait after failed attempt `attempt` (from 1): `first` doubled each time, of which up to a half is taken off by chance, so that
 *  samples that failed together don't come back together. A sample's pauses depend on its seed alone. */
export function backOff(seed: Seed, attempt: number, first: number): number {
  const random = seedRandom(seed, STREAM);
  random.position = BigInt(2 * attempt);
  return Math.min(LONGEST, first * 2 ** (attempt - 1)) * (1 - random.uniform() / 2);
}
