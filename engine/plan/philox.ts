/**
 * Philox4x32-10, a counter-based random number generator: every number is a pure function of (key, counter),
 * so a stream can be resumed, skipped or split without running it.
 * Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
 * The test vectors are those of Random123 (`kat_vectors`).
 */
export class Philox {
  readonly #key0: number;
  readonly #key1: number;
  readonly #stream0: number;
  readonly #stream1: number;
  readonly #block = new Uint32Array(4);
  /** Index of the block that follows the one in `#block`, below 2^53. */
  #nextBlock = 0;
  /** Words of `#block` already given out. 4 = none left. */
  #used = 4;

  /**
   * @param seed 64 bits as a bigint or two 32-bit words (low, high), or 32 bytes such as a SHA-256 digest, of which the
   *   first 16 are used: 8 as the key, 8 to offset the stream.
   * @param stream independent sequences of one seed. 64 bits. Default 0.
   */
  constructor(seed: bigint | number | readonly [number, number] | Uint8Array, stream: number | bigint = 0) {
    const wide = BigInt.asUintN(64, BigInt(stream));
    const words = seedWords(seed);
    this.#key0 = words[0];
    this.#key1 = words[1];
    this.#stream0 = (Number(wide & 0xffffffffn) ^ words[2]) >>> 0;
    this.#stream1 = (Number(wide >> 32n) ^ words[3]) >>> 0;
  }

  /** How many 32-bit words were drawn. Setting it moves there in constant time. */
  get position(): bigint {
    return BigInt(this.#nextBlock) * 4n - BigInt(4 - this.#used);
  }

  set position(position: bigint) {
    if (position < 0n || position >= 1n << 54n) throw new RangeError(`philox.position must lie in [0, 2^54), got ${position}`);
    this.#nextBlock = Number(position / 4n);
    this.#used = 4;
    const within = Number(position % 4n);
    if (within === 0) return;
    this.#refill();
    this.#used = within;
  }

  /** The next word, uniform over 0 .. 2^32 - 1. */
  nextUint32(): number {
    if (this.#used === 4) this.#refill();
    return this.#block[this.#used++] as number;
  }

  /** Uniform in [0, 1), a multiple of 2^-53 (two words), or of 2^-24 (one word: exact in float32). */
  uniform(bits: 24 | 53 = 53): number {
    if (bits === 24) return (this.nextUint32() >>> 8) * 2 ** -24;
    const high = this.nextUint32() >>> 5;
    return (high * 67108864 + (this.nextUint32() >>> 6)) * 2 ** -53;
  }

  /** Standard normal by Box and Muller 1958. Always two words, so that `position` tells the whole state. */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log((this.nextUint32() + 1) * 2 ** -32));
    return radius * Math.cos(2 * Math.PI * this.nextUint32() * 2 ** -32);
  }

  /** Fills with `mean + std * normal()`, one normal a word: both halves of each Box-Muller pair are used. */
  fillNormal<A extends Float32Array | Float64Array>(target: A, std = 1, mean = 0): A {
    for (let i = 0; i < target.length; i += 2) {
      const radius = std * Math.sqrt(-2 * Math.log((this.nextUint32() + 1) * 2 ** -32));
      const angle = 2 * Math.PI * this.nextUint32() * 2 ** -32;
      target[i] = mean + radius * Math.cos(angle);
      if (i + 1 < target.length) target[i + 1] = mean + radius * Math.sin(angle);
    }
    return target;
  }

  /** Uniform over 0 .. n-1 without modulo bias (rejection). 1 <= n <= 2^32. */
  int(n: number): number {
    if (!Number.isInteger(n) || n < 1 || n > 2 ** 32) throw new RangeError(`philox.int(n) must have 1 <= n <= 2^32, got ${n}`);
    const limit = 2 ** 32 - (2 ** 32 % n);
    for (;;) {
      const word = this.nextUint32();
      if (word < limit) return word % n;
    }
  }

  /** Fisher-Yates, in place. Returns the same array. */
  shuffle<A extends { length: number; [index: number]: unknown }>(array: A): A {
    for (let i = array.length - 1; i > 0; i--) {
      const j = this.int(i + 1);
      const kept = array[i];
      array[i] = array[j];
      array[j] = kept;
    }
    return array;
  }

  /** One element, uniformly. */
  choice<T>(items: ArrayLike<T>): T {
    if (items.length === 0) throw new RangeError('philox.choice(items) must have at least one item, got none');
    return items[this.int(items.length)] as T;
  }

  /** An index with probability proportional to its weight. Weights are >= 0 with a positive sum. */
  weighted(weights: ArrayLike<number>): number {
    let total = 0;
    for (let i = 0; i < weights.length; i++) {
      const weight = weights[i] as number;
      if (!(weight >= 0)) throw new RangeError(`philox.weighted(weights[${i}]) must be >= 0, got ${weight}`);
      total += weight;
    }
    if (!(total > 0 && total < Infinity))
      throw new RangeError(`philox.weighted(weights) must have a positive finite sum, got ${total}`);
    let left = this.uniform() * total;
    let last = -1;
    for (let i = 0; i < weights.length; i++) {
      const weight = weights[i] as number;
      if (weight === 0) continue;
      last = i;
      left -= weight;
      if (left < 0) return i;
    }
    return last;
  }

  #refill(): void {
    const index = this.#nextBlock++;
    philox4x32(index >>> 0, Math.floor(index / 2 ** 32) >>> 0, this.#stream0, this.#stream1, this.#key0, this.#key1, this.#block);
    this.#used = 0;
  }
}

/** One block: ten rounds over the counter (c0..c3) with the key (k0, k1), into `out`. */
export function philox4x32(c0: number, c1: number, c2: number, c3: number, k0: number, k1: number, out: Uint32Array): void {
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(0xd2511f53, c0);
    const low0 = Math.imul(0xd2511f53, c0);
    const high1 = multiplyHigh(0xcd9e8d57, c2);
    const low1 = Math.imul(0xcd9e8d57, c2);
    c0 = high1 ^ c1 ^ k0;
    c1 = low1;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 = (k0 + 0x9e3779b9) | 0;
    k1 = (k1 + 0xbb67ae85) | 0;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

/** The upper 32 bits of the unsigned product, from 16-bit halves (no bigint in the hot path). */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = (Math.imul(aHigh, bLow) >>> 0) + (Math.imul(aLow, bLow) >>> 16);
  const carry = (Math.imul(aLow, bHigh) >>> 0) + (middle & 0xffff);
  return (Math.imul(aHigh, bHigh) + (middle >>> 16) + (carry >>> 16)) | 0;
}

function seedWords(seed: bigint | number | readonly [number, number] | Uint8Array): [number, number, number, number] {
  if (seed instanceof Uint8Array) {
    if (seed.length < 16) throw new RangeError(`philox.seed must have at least 16 bytes, got ${seed.length}`);
    const view = new DataView(seed.buffer, seed.byteOffset, seed.byteLength);
    return [view.getUint32(0, true), view.getUint32(4, true), view.getUint32(8, true), view.getUint32(12, true)];
  }
  if (typeof seed === 'number' && !Number.isSafeInteger(seed))
    throw new RangeError(`philox.seed must be an integer, got ${seed}`);
  if (typeof seed !== 'bigint' && typeof seed !== 'number') return [seed[0] >>> 0, seed[1] >>> 0, 0, 0];
  const wide = BigInt.asUintN(64, BigInt(seed));
  return [Number(wide & 0xffffffffn), Number(wide >> 32n), 0, 0];
}
