import { expect, test } from 'vitest';
import { rowsTable } from './rows-table.ts';

test('a result with rows is a table: a column a value, one for each name of an object of numbers', () => {
  const lines = rowsTable({
    rows: [
      { variant: 'full', accuracy: { all: 0.5, explicit: 1 }, kept: 3, interval: { all: [0, 1] } },
      { variant: 'direct', kept: 12 },
    ],
  })!.split('\n');
  expect(lines[0]!.trim().split(/ {2,}/)).toEqual(['variant', 'accuracy all', 'accuracy explicit', 'kept']);
  expect(lines[1]!.trim().split(/ {2,}/)).toEqual(['full', '0.500', '1', '3']);
});

test('a result without rows is none', () => {
  for (const result of [null, {}, { rows: [] }, { rows: [1] }, { rows: 'x' }]) expect(rowsTable(result)).toBeNull();
});
