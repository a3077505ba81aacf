import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cursorCode } from './cursor.ts';

const code = cursorCode('samples', { node: 'a' }, [0, '']);

test('a cursor leads back to its place', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), fc.string(), (id, role) => {
      expect(code.decode(code.encode([id, role]))).toEqual([id, role]);
    }),
  );
  expect(code.decode(null)).toBeUndefined();
});

test('a cursor of another query, filter or shape is refused, and so is anything else', () => {
  const place = [1, 'x'] as [number, string];
  const others = [
    cursorCode('runs', { node: 'a' }, place).encode(place),
    cursorCode('samples', { node: 'b' }, place).encode(place),
    cursorCode('samples', { node: 'a' }, [0]).encode([1]),
    cursorCode('samples', { node: 'a' }, ['', 0]).encode(['x', 1]),
  ];
  for (const cursor of others) expect(() => code.decode(cursor)).toThrow(expect.objectContaining({ code: 'CURSOR_INVALID' }));
  fc.assert(
    fc.property(fc.string(), (cursor) => {
      expect(() => code.decode(cursor)).toThrow(expect.objectContaining({ code: 'CURSOR_INVALID' }));
    }),
  );
});

test('parts of a filter that are absent make no difference', () => {
  const place = cursorCode('samples', { node: 'a', run: undefined }, [0, '']).encode([1, 'x']);
  expect(code.decode(place)).toEqual([1, 'x']);
});
