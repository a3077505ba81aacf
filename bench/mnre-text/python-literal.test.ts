import { expect, it } from 'vitest';
import { parsePythonLiteral } from './python-literal.ts';

it.each([
  [
    `{'token': ['I', "don't", 'say "so"'], 'h': {'pos': [8, 10]}, 'n': None}`,
    { token: ['I', "don't", 'say "so"'], h: { pos: [8, 10] }, n: null },
  ],
  [String.raw`['it\'s', 'a\\b', '\xe9\u6771\U0001f602', 'x\ny']`, ["it's", 'a\\b', 'é東😂', 'x\ny']],
  ['(1, -2.5, True,)', [1, -2.5, true]],
  ['{}', {}],
])('%s', (text, expected) => {
  expect(parsePythonLiteral(text)).toEqual(expected);
});

it.each(["{'a': }", "['a' 'b']", "'open", '[1] 2', 'import os'])('%s is refused', (text) => {
  expect(() => parsePythonLiteral(text)).toThrow(SyntaxError);
});
