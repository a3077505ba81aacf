import { describe, expect, test } from 'vitest';
import { Philox, philox4x32 } from './philox.ts';

const hex = (words: Uint32Array): string => [...words].map((word) => word.toString(16).padStart(8, '0')).join(' ');

describe('philox4x32-10', () => {
  // Random123 kat_vectors: counter, key, expected.
  const known = [
    [[0, 0, 0, 0], [0, 0], '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
    [[0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff], '408f276d 41c83b0e a20bc7c6 6d5451fd'],
    [[0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0], 'd16cfe09 94fdcceb 5001e420 24126ea1'],
  ] as const;
  test.each(known)('gives the published numbers for counter %j, key %j', (counter, key, expected) => {
    const out = new Uint32Array(4);
    philox4x32(counter[0], counter[1], counter[2], counter[3], key[0], key[1], out);
    expect(hex(out)).toBe(expected);
  });

  test('the class starts at counter 0 of its stream', () => {
    const random = new Philox(0n);
    expect(hex(Uint32Array.from({ length: 4 }, () => random.nextUint32()))).toBe('6627e8d5 e169c58d bc57ac4c 9b00dbd8');
  });

  test('a position resumes the sequence exactly, in the middle of a block as well', () => {
    const whole = new Philox(7n, 3);
    const words = Array.from({ length: 40 }, () => whole.nextUint32());
    for (const at of [0, 1, 2, 3, 4, 5, 17, 39]) {
      const resumed = new Philox(7n, 3);
      resumed.position = BigInt(at);
      expect(resumed.position).toBe(BigInt(at));
      expect(resumed.nextUint32()).toBe(words[at]);
      expect(resumed.position).toBe(BigInt(at + 1));
    }
  });

  test('streams, seeds and every used byte of a digest give different sequences', () => {
    const first = new Set<number>();
    const digest = new Uint8Array(32).fill(9);
    first.add(new Philox(digest).nextUint32());
    for (let byte = 0; byte < 16; byte++)
      first.add(new Philox(digest.map((value, i) => (i === byte ? 0x89 : value))).nextUint32());
    for (let stream = 1; stream < 8; stream++) first.add(new Philox(digest, stream).nextUint32());
    expect(first.size).toBe(24);
  });

  test('blocks beyond 2^32 differ from those before', () => {
    const near = new Philox(1n);
    const far = new Philox(1n);
    far.position = 4n << 32n;
    expect(far.nextUint32()).not.toBe(near.nextUint32());
  });
});

describe('distributions', () => {
  test('uniform stays in [0, 1) with mean 1/2 and variance 1/12', () => {
    for (const bits of [24, 53] as const) {
      const random = new Philox(1n);
      const draws = Array.from({ length: 20_000 }, () => random.uniform(bits));
      expect(Math.min(...draws)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...draws)).toBeLessThan(1);
      const mean = draws.reduce((sum, x) => sum + x, 0) / draws.length;
      expect(mean).toBeCloseTo(0.5, 1);
      expect(draws.reduce((sum, x) => sum + (x - mean) ** 2, 0) / draws.length).toBeCloseTo(1 / 12, 2);
    }
  });

  test('normals have mean 0, variance 1, and as many beyond 2 as they should', () => {
    const random = new Philox(2n);
    const draws = random.fillNormal(new Float64Array(40_001));
    const single = Array.from({ length: 20_000 }, () => random.normal());
    for (const sample of [Array.from(draws), single]) {
      const mean = sample.reduce((sum: number, x: number) => sum + x, 0) / sample.length;
      expect(Math.abs(mean)).toBeLessThan(0.02);
      expect(Math.abs(sample.reduce((sum: number, x: number) => sum + x * x, 0) / sample.length - 1)).toBeLessThan(0.03);
      expect(Math.abs([...sample].filter((x) => Math.abs(x) > 2).length / sample.length - 0.0455)).toBeLessThan(0.006);
    }
  });

  test('int is uniform and never leaves its range', () => {
    const random = new Philox(3n);
    const counts = new Array(7).fill(0);
    for (let i = 0; i < 70_000; i++) counts[random.int(7)]++;
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(400);
    expect(random.int(1)).toBe(0);
    expect(() => random.int(0)).toThrow(/1 <= n/);
  });

  test('shuffle is a permutation; all 6 orders of 3 come equally often', () => {
    const random = new Philox(4n);
    const seen = new Map<string, number>();
    for (let i = 0; i < 12_000; i++) {
      const order = random.shuffle([0, 1, 2]).join('');
      seen.set(order, (seen.get(order) ?? 0) + 1);
    }
    expect(seen.size).toBe(6);
    for (const count of seen.values()) expect(Math.abs(count - 2000)).toBeLessThan(200);
  });

  test('weighted follows its weights and never takes a zero', () => {
    const random = new Philox(5n);
    const counts = [0, 0, 0, 0];
    for (let i = 0; i < 40_000; i++) counts[random.weighted([1, 0, 3, 0])]!++;
    expect(counts[1]! + counts[3]!).toBe(0);
    expect(Math.abs(counts[2]! / 40_000 - 0.75)).toBeLessThan(0.01);
    expect(() => random.weighted([0, 0])).toThrow(/positive finite sum/);
  });
});
