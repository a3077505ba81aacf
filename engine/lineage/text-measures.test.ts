import { expect, test } from 'vitest';
import { labelInformation } from './label-information.ts';
import { distinctShare, jaccardDistance, tokensOf } from './text-measures.ts';

test('words are letters and digits in any script, in lower case', () => {
  expect(tokensOf('A red CIRCLE, left of: Ünï-code 東京 42!')).toEqual([
    'a',
    'red',
    'circle',
    'left',
    'of',
    'ünï',
    'code',
    '東京',
    '42',
  ]);
});

test('the distance of two texts is the share of their words that they do not have in common', () => {
  expect(jaccardDistance(['a', 'b', 'b'], ['b', 'c'])).toBeCloseTo(2 / 3);
  expect(jaccardDistance(['a'], ['a', 'a'])).toBe(0);
  expect(jaccardDistance([], [])).toBe(0);
  expect(jaccardDistance(['a'], [])).toBe(1);
});

test('diversity is the share of neighbouring pairs that are different', () => {
  expect(distinctShare([['a', 'b', 'a', 'b']], 2)).toBeCloseTo(2 / 3);
  expect(
    distinctShare(
      [
        ['a', 'b'],
        ['a', 'b'],
      ],
      2,
    ),
  ).toBe(0.5);
  expect(distinctShare([['a'], []], 2)).toBeNull();
});

test('label information is the entropy of the labels less what the scorer needs to tell them', () => {
  const sure = { up: Math.log(1 - 1e-9), down: Math.log(1e-9) };
  const even = { up: Math.log(0.5), down: Math.log(0.5) };
  const of = (values: Record<string, number>[]) =>
    labelInformation(values.map((each, at) => ({ node: 'n', loss: 1, values: each, label: at % 2 ? 'down' : 'up' })))[0]!;
  expect(of([sure, { up: sure.down, down: sure.up }])).toMatchObject({ scores: 2, meanLoss: 1, accuracy: 1 });
  expect(of([sure, { up: sure.down, down: sure.up }]).bits).toBeCloseTo(1);
  expect(of([even, even]).bits).toBeCloseTo(0);
  expect(of([sure, sure]).bits).toBeLessThan(-5);
});

test('a scorer without log-probabilities by class says nothing about the label', () => {
  const scored = [
    { node: 'n', loss: 0.25, values: { length: 12 }, label: 'up' },
    { node: 'n', loss: 0.75, values: null, label: null },
  ];
  expect(labelInformation(scored)).toEqual([{ node: 'n', scores: 2, meanLoss: 0.5, accuracy: null, bits: null }]);
});
