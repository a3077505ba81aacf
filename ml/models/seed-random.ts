import { Philox } from '../../engine/plan/philox.ts';

/** 64 hex characters (as the engine gives them), 16 bytes or more, or a number of 64 bits. */
export type Seed = string | Uint8Array | bigint;

/** The generator of a seed. Streams are independent: epoch e draws from stream e + 1, initial weights from stream 0. */
export function seedRandom(seed: Seed, stream = 0): Philox {
  return new Philox(seedBytes(seed), stream);
}

/** The seed in the form that `ml/nn` takes. */
export function seedBytes(seed: Seed): Uint8Array | bigint {
  if (typeof seed !== 'string') return seed;
  if (!/^[0-9a-f]{32,}$/.test(seed))
    throw new RangeError(`seed must be at least 32 hex characters, got ${JSON.stringify(seed.slice(0, 80))}`);
  return Uint8Array.from(Buffer.from(seed, 'hex'));
}
