import { expect, test } from 'vitest';
import { durationOption } from './duration-option.ts';

test('a stretch of time is a number with a unit', () => {
  expect(['0', '90s', '30m', '24h', '7d'].map(durationOption)).toEqual([0, 90_000, 1_800_000, 86_400_000, 604_800_000]);
  for (const text of ['', '5', '-1h', '1w', '1.5h', 'h']) expect(() => durationOption(text)).toThrow('a number with a unit');
});
