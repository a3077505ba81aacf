import fc from 'fast-check';
import { expect, test } from 'vitest';
import { printable } from './printable.ts';
import { wrapText } from './wrap-text.ts';

test('a text can give the terminal no commands', () => {
  expect(printable('a\u001b[2Jb\u009b1Ac\u0007d\re\u202ef\tg\nh')).toBe('a�[2Jb�1Ac�d�e�f\tg\nh');
  expect(printable('wörter, 文字 🙂 ok')).toBe('wörter, 文字 🙂 ok');
});

test('a text is wrapped at blanks, and cut where a word is too long', () => {
  expect(wrapText('a red square above  a blue circle', 12)).toEqual(['a red square', 'above a blue', 'circle']);
  expect(wrapText('abcdefghij k', 4)).toEqual(['abcd', 'efgh', 'ij k']);
  expect(wrapText('', 10)).toEqual([]);
});

test('of a long text the first lines are shown, and that there is more', () => {
  expect(wrapText('one two three four five six', 9, 2)).toEqual(['one two', 'three…']);
  expect(wrapText('word '.repeat(100_000), 9, 2)).toEqual(['word word', 'word wor…']);
});

test('no line is longer than asked for, and nothing is lost', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 2, max: 30 }), (text, columns) => {
      const lines = wrapText(text, columns);
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns);
      expect(lines.join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
    }),
  );
});
