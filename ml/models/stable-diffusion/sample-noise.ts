import { type Seed, seedRandom } from '../seed-random.ts';

/** Unit normal noise of samples behind one another: [B, ...]. Each sample draws from its own seed, stream 0 for the first latents and
 *  stream 1 + i for step i, so that it doesn't depend on the samples beside it. */
export function sampleNoise(seeds: readonly Seed[], size: number, stream: number): Float32Array {
  const noise = new Float32Array(seeds.length * size);
  seeds.forEach((seed, i) => {
    seedRandom(seed, stream).fillNormal(noise.subarray(i * size, (i + 1) * size));
  });
  return noise;
}
