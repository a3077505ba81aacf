import { expect, test } from 'vitest';
import { duration } from './duration.ts';
import { shorten, table } from './table.ts';
import { drawTree } from './tree.ts';

test('a table aligns its columns and ignores colours when it measures', () => {
  const text = table(
    [{ title: 'node' }, { title: 'made', align: 'right' }],
    [
      ['pictures', '\u001b[32m12\u001b[39m'],
      ['x', '3456'],
    ],
  );
  expect(text).toBe('node      made\npictures    \u001b[32m12\u001b[39m\nx         3456');
});

test('a long cell is cut with an ellipsis and newlines are flattened', () => {
  expect(shorten('a\nb   c', 4)).toBe('a b…');
});

test('durations read like a clock', () => {
  expect([0.5, 3.21, 12, 65, 3700, 90_000, null].map(duration)).toEqual([
    '500 ms',
    '3.2 s',
    '12 s',
    '1 m 05 s',
    '1 h 01 m',
    '1 d 1 h',
    '-',
  ]);
});

test('a tree draws its branches', () => {
  const leaf = (line: string) => ({ lines: [line], children: [] });
  expect(drawTree({ lines: ['root', 'about it'], children: [{ lines: ['a', 'more'], children: [leaf('b')] }, leaf('c')] })).toBe(
    ['root', 'about it', '├─ a', '│  more', '│  └─ b', '└─ c'].join('\n'),
  );
});
