import { expect, test } from 'vitest';
import { type Handle, only, union } from './handles.ts';

const imageOf = (node: string): Handle<'image'> => ({ medium: 'image', parts: [{ node, medium: 'image' }] });

test('a union has the parts of all its handles, in order', () => {
  const joined = union(imageOf('first'), imageOf('second'), imageOf('third'));
  expect(joined.medium).toBe('image');
  expect(joined.parts.map((part) => part.node)).toEqual(['first', 'second', 'third']);
});

test('a union of nothing says so', () => {
  expect(() => union()).toThrow('union must have a handle, got none');
});

test('a part names its chains and depths on every part of a union', () => {
  expect(only(union(imageOf('first'), imageOf('second')), { chains: [0] }).parts).toEqual([
    { node: 'first', medium: 'image', chains: [0] },
    { node: 'second', medium: 'image', chains: [0] },
  ]);
});

test('a part of a part is what both name, never more', () => {
  const part = only(only(imageOf('first'), { chains: [0, 1], depths: [2] }), { chains: [1, 2] });
  expect(part.parts).toEqual([{ node: 'first', medium: 'image', chains: [1], depths: [2] }]);
});

test('a handle is never changed by what is made of it', () => {
  const handle = imageOf('first');
  only(handle, { chains: [0] });
  union(handle, imageOf('second'));
  expect(handle).toEqual(imageOf('first'));
});
