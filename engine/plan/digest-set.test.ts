import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Digest, digestSet, sha256 } from './digest.ts';
import { DigestSet } from './digest-set.ts';

function digestOf(keys: readonly Digest[], kept?: number): Digest {
  const set = new DigestSet(kept);
  for (const key of keys) set.addHex(key);
  return set.digest();
}

/** Few distinct keys, so that some come twice; some that begin alike. */
const keys = fc.array(
  fc.oneof(
    fc.nat(40).map((n) => sha256(String(n))),
    fc.nat(40).map((n) => `abcd${sha256(String(n)).slice(4)}`),
    fc.nat(9).map((n) => `${'ab'.repeat(31)}0${n}`),
  ),
);

describe('a set of digests', () => {
  test('has the digest of the set, whatever fits into memory', () => {
    fc.assert(
      fc.property(keys, fc.integer({ min: 1, max: 20 }), (some, kept) => {
        expect(digestOf(some, kept)).toBe(digestSet(some));
        expect(digestOf(some)).toBe(digestSet(some));
      }),
    );
  });

  test('of thousands of keys in many runs on disk has it too', () => {
    const many = Array.from({ length: 5000 }, (_, n) => sha256(String(n % 4000)));
    expect(digestOf(many, 300)).toBe(digestSet(many));
  });

  test('of none has that of nothing', () => {
    expect(digestOf([])).toBe(digestSet([]));
  });
});
