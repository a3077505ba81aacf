import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backOff } from './back-off.ts';
import { retryAfter } from './retry-after.ts';

describe('Retry-After', () => {
  const now = Date.UTC(2026, 0, 2, 3, 4, 5);
  it.each([
    [{ 'retry-after': '7' }, 7],
    [{ 'retry-after': ' 1.5 ' }, 1.5],
    [{ 'retry-after-ms': '250', 'retry-after': '9' }, 0.25],
    [{ 'retry-after': 'Fri, 02 Jan 2026 03:05:05 GMT' }, 60],
    [{ 'retry-after': 'Fri, 02 Jan 2026 03:00:00 GMT' }, 0],
    [{ 'retry-after': ['3', '4'] }, 3],
    [{ 'retry-after': 'soon' }, undefined],
    [{ 'retry-after': '-5' }, undefined],
    [{ 'retry-after': '' }, undefined],
    [{}, undefined],
  ])('%j is %s seconds', (headers, seconds) => expect(retryAfter(headers, now)).toBe(seconds));
});

describe('a pause', () => {
  it('doubles, up to a minute, and loses up to a half; the same seed waits the same', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc.integer({ min: 1, max: 20 }),
        fc.double({ min: 0.01, max: 60, noNaN: true }),
        (bytes, attempt, first) => {
          const seed = Buffer.from(bytes).toString('hex');
          const whole = Math.min(60, first * 2 ** (attempt - 1));
          const pause = backOff(seed, attempt, first);
          expect(pause).toBeLessThanOrEqual(whole);
          expect(pause).toBeGreaterThanOrEqual(whole / 2);
          expect(backOff(seed, attempt, first)).toBe(pause);
        },
      ),
    );
  });

  it('differs from sample to sample and from attempt to attempt', () => {
    const pauses = ['a', 'b'].flatMap((letter) =>
      [1, 2, 3].map((attempt) => backOff(letter.repeat(64), attempt, 1) / 2 ** attempt),
    );
    expect(new Set(pauses).size).toBe(6);
  });
});
