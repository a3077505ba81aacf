import { expect, test } from 'vitest';
import { HoplineError } from '../../engine/plan/errors.ts';
import { inOptions } from './in-options.ts';
import { nameValues } from './name-values.ts';
import { numberOption } from './number-option.ts';
import { scoreOption } from './score-ranges.ts';
import { selectionRule } from './selection-rule.ts';
import { timeOption } from './time-option.ts';

test('pairs are split at the first =, and the last of a name counts', () => {
  expect(nameValues('--label', ['a=1', 'b=', 'a=x=y'])).toEqual([
    { name: 'a', value: 'x=y' },
    { name: 'b', value: '' },
  ]);
  for (const pair of ['a', '=1', '']) expect(() => nameValues('--label', [pair])).toThrow('--label must be name=value');
});

test('a number keeps to its bounds', () => {
  const share = numberOption({ above: 0, most: 1 });
  expect([share('0.01'), share('1'), numberOption()('-1e3')]).toEqual([0.01, 1, -1000]);
  for (const text of ['0', '1.1', '', ' ', 'x', 'NaN', 'Infinity']) expect(() => share(text)).toThrow('above 0 and at most 1');
});

test('a time is so long ago, or a date', () => {
  const now = Date.parse('2026-07-02T12:00:00Z');
  expect(timeOption('24h', now)).toBe('2026-07-01T12:00:00.000Z');
  expect(timeOption('2026-07-01', now)).toBe('2026-07-01T00:00:00.000Z');
  expect(timeOption('2026-07-01T12:30Z', now)).toBe('2026-07-01T12:30:00.000Z');
  for (const text of ['yesterday', '5', '2026-13-01', '', '-1h']) expect(() => timeOption(text, now)).toThrow('so long ago');
});

test('bounds of one scorer add up to a range', () => {
  expect(scoreOption('judge<=0.5', scoreOption('judge>=0.1', undefined))).toEqual({ node: 'judge', min: 0.1, max: 0.5 });
  expect(scoreOption('<=-1', undefined)).toEqual({ max: -1 });
  expect(() => scoreOption('b<=1', { node: 'a', min: 0 })).toThrow('about one scorer, got a and b');
  for (const text of ['a', 'a=1', 'a>1', 'a>=', 'a>=x', 'a>= '])
    expect(() => scoreOption(text, undefined)).toThrow('NODE>=NUMBER');
});

test('a rule is one of the kinds that the API knows', () => {
  const rule = (options: Partial<Parameters<typeof selectionRule>[0]>) =>
    Object.fromEntries(Object.entries(selectionRule({ set: [], ...options })).filter(([, value]) => value !== null));
  expect(rule({ set: ['keep=2', 'rule=worst'] })).toEqual({ params: { keep: 2, rule: 'worst' } });
  expect(rule({ share: 0, worst: true })).toEqual({ share: 0, worst: true });
  expect(rule({ scores: 'judge' })).toEqual({ scores: 'judge' });
  expect(rule({ sharePerInstance: 0.5, scores: 'judge' })).toEqual({ sharePerInstance: 0.5, scores: 'judge' });
  expect(() => rule({ randomSeed: 1, worst: true })).toThrow('--worst must come with');
  expect(() => rule({ share: 1, keepPerInstance: 1 })).toThrow('got --share and --keep-per-instance');
});

test('an error about a rule names the options that it was typed with', () => {
  const hint = 'ask with rule.share or rule.randomSeed, or name a scorer: rule.scores';
  const told = inOptions(
    new HoplineError('CODE', 'whatIf.rule.keepPerInstance must be 0 to 9, got 10', { hint, permanent: false }),
  );
  expect(told).toMatchObject({
    code: 'CODE',
    message: '--keep-per-instance must be 0 to 9, got 10',
    hint: 'ask with --share or --random-seed, or name a scorer: --scores',
    permanent: false,
  });
  expect(inOptions(new HoplineError('CODE', 'whatIf.rule.params must be fewer'))).toMatchObject({
    message: '--set must be fewer',
  });
  const other = new Error('rule.share');
  expect(inOptions(other)).toBe(other);
});
