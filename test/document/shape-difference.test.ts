import { expect, test } from 'vitest';
import { shapeDifference } from './shape-difference.ts';

test('values may differ, and what the page leaves out', () => {
  expect(shapeDifference({ a: [{ b: 1 }, '...'], c: 'x' }, { a: [{ b: 2, more: 3 }, { b: 4 }], c: 'y', d: 1 })).toBeNull();
  expect(shapeDifference({ a: null, b: 1 }, { a: 3, b: null })).toBeNull();
  expect(shapeDifference(['...', { b: 'text' }], [{ a: 1 }, { b: 'other' }])).toBeNull();
});

test('a field that is gone, another kind and an empty list are named', () => {
  expect(shapeDifference({ a: { b: 1 } }, { a: {} })).toBe('$.a.b must be there');
  expect(shapeDifference({ a: 1 }, { a: '1' })).toBe('$.a must be a number, got string');
  expect(shapeDifference({ a: [{ b: 1 }] }, { a: [] })).toBe('$.a must not be empty');
  expect(shapeDifference({ a: [{ b: 1 }] }, { a: [{ c: 1 }, { c: 2 }] })).toBe('$.a[0].b must be there');
  expect(shapeDifference({ a: [] }, { a: {} })).toBe('$.a must be a list, got object');
});
