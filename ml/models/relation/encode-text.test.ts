import { describe, expect, test } from 'vitest';
import { encodeText, HEAD_MARK, TAIL_MARK } from './encode-text.ts';

describe('encodeText', () => {
  test('texts that differ only in what is mentioned look the same', () => {
    const one = encodeText('a black square left of a blue circle', [1, 3], [6, 8]);
    const other = encodeText('a yellow triangle left of a black circle', [1, 3], [6, 8]);
    expect(one).toEqual(other);
    expect([...one.ids.subarray(0, 4)]).toEqual([expect.any(Number), HEAD_MARK, HEAD_MARK, expect.any(Number)]);
    expect(one.ids[7]).toBe(TAIL_MARK);
  });

  test('head and tail are told apart', () => {
    const text = 'a black square left of a blue circle';
    expect(encodeText(text, [1, 3], [6, 8])).not.toEqual(encodeText(text, [6, 8], [1, 3]));
  });

  test('words are kept and padding is not', () => {
    expect([...encodeText('a black square and a blue circle', [1, 3], [5, 7]).keep]).toEqual([
      1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0,
    ]);
  });

  test('each mark averages over its places', () => {
    const { marks } = encodeText('a black square and a blue circle', [1, 3], [5, 7]);
    expect([...marks.subarray(0, 12)]).toEqual([0, 0.5, 0.5, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect([...marks.subarray(12)]).toEqual([0, 0, 0, 0, 0, 0.5, 0.5, 0, 0, 0, 0, 0]);
  });

  test('a mention behind the last place has no mark', () => {
    const { marks } = encodeText(`${'word '.repeat(14)}blue circle`, [0, 1], [14, 16]);
    expect([...marks.subarray(12)].every((weight) => weight === 0)).toBe(true);
  });
});
