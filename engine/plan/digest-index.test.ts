import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sha256 } from './digest.ts';
import { DigestIndex } from './digest-index.ts';

test('numbers digests in the order in which they first come, as a Map would', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(400), { maxLength: 3000 }), (values) => {
      const index = new DigestIndex();
      const map = new Map<string, number>();
      for (const digest of values.map((value) => sha256(`${value}`))) {
        const isNew = !map.has(digest);
        if (isNew) map.set(digest, map.size);
        expect(index.add(digest)).toEqual({ number: map.get(digest), isNew });
      }
      expect(index.size).toBe(map.size);
    }),
    { numRuns: 50 },
  );
});

test('finds every one again after it has grown over several blocks', () => {
  const index = new DigestIndex();
  const digests = Array.from({ length: 150_000 }, (_, value) => sha256(`${value}`));
  for (const digest of digests) index.add(digest);
  expect(digests.every((digest, number) => index.add(digest).number === number)).toBe(true);
});

test('tells keys apart that share a slot and most of their bytes', () => {
  const index = new DigestIndex();
  const key = (end: string) => `${'0'.repeat(31)}${end}${'f'.repeat(32)}`;
  expect(index.add(key('1')).number).toBe(0);
  expect(index.add(key('2'))).toEqual({ number: 1, isNew: true });
  expect(index.add(key('1'))).toEqual({ number: 0, isNew: false });
});
