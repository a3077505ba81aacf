import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHalf, toHalf } from './half.ts';
import { readSafetensors } from './read-safetensors.ts';
import { writeSafetensors } from './write-safetensors.ts';

const tensors = {
  weight: { data: Float32Array.of(1, -2.5, Number.NaN, Number.POSITIVE_INFINITY, 1e-40, -0), shape: [2, 3] },
  ids: { data: Int32Array.of(7, -8, 2147483647), shape: [3] },
  big: { data: BigInt64Array.of(1n << 62n, -1n), shape: [2] },
  flags: { data: Uint8Array.of(1, 0, 255), shape: [3] },
  nothing: { data: new Float32Array(0), shape: [0, 4] },
  scalar: { data: Float32Array.of(3), shape: [] },
};

/** A file around a header of any kind. */
function fileOf(header: unknown, data = new Uint8Array(0)): Uint8Array {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const file = new Uint8Array(8 + json.length + data.length);
  new DataView(file.buffer).setBigUint64(0, BigInt(json.length), true);
  file.set(json, 8);
  file.set(data, 8 + json.length);
  return file;
}
const entry = (start: number, end: number, shape: unknown = [(end - start) / 4], dtype = 'F32') => ({
  dtype,
  shape,
  data_offsets: [start, end],
});

describe('safetensors', () => {
  test('what is written is read back, metadata included', () => {
    const read = readSafetensors(writeSafetensors(tensors, { metadata: { step: '12', note: 'naïve "quote"' } }));
    expect(read.tensors).toEqual(tensors);
    expect(read.metadata).toEqual({ step: '12', note: 'naïve "quote"' });
  });

  test('bytes depend on names and content, not on the order of insertion', () => {
    const reversed = Object.fromEntries(Object.entries(tensors).reverse());
    expect(writeSafetensors(reversed, { metadata: { a: '1', b: '2' } })).toEqual(
      writeSafetensors(tensors, { metadata: { b: '2', a: '1' } }),
    );
  });

  test('data starts at a multiple of 8 and every tensor at a multiple of its width, also after odd half tensors', () => {
    const file = writeSafetensors(
      { a: { data: Float32Array.of(1, 2, 3), shape: [3] }, b: { data: Int32Array.of(5), shape: [1] } },
      { half: true },
    );
    const size = Number(new DataView(file.buffer).getBigUint64(0, true));
    expect(size % 8).toBe(0);
    const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + size)));
    expect(header).toEqual({ b: entry(0, 4, [1], 'I32'), a: entry(4, 10, [3], 'F16') });
    expect(readSafetensors(file).tensors.a!.data).toEqual(Float32Array.of(1, 2, 3));
  });

  test('a file at an odd place in memory is read as well', () => {
    const file = writeSafetensors(tensors);
    const shifted = new Uint8Array(file.length + 1);
    shifted.set(file, 1);
    expect(readSafetensors(shifted.subarray(1)).tensors).toEqual(tensors);
  });

  test('bfloat16 is widened', () => {
    expect(
      readSafetensors(fileOf({ x: entry(0, 4, [2], 'BF16') }, Uint8Array.of(0x80, 0x3f, 0x00, 0xc0))).tensors.x!.data,
    ).toEqual(Float32Array.of(1, -2));
  });

  const hostile: Record<string, [Uint8Array, RegExp]> = {
    'an empty file': [new Uint8Array(0), /at least 8 bytes/],
    'a header larger than the file': [Uint8Array.of(255, 0, 0, 0, 0, 0, 0, 0, 123), /header.size/],
    'a header size of 2^64 - 1': [new Uint8Array(16).fill(255), /header.size/],
    'a header that is no JSON': [fileOf('{oops'), /must be JSON/],
    'a header that is no UTF-8': [fileOf('ab').with(8, 0xff), /must be JSON/],
    'a header that is a list': [fileOf([]), /JSON object/],
    'metadata that is no text': [fileOf({ __metadata__: { step: 3 } }), /__metadata__/],
    'an unknown type': [fileOf({ x: entry(0, 4, [1], 'F8') }, new Uint8Array(4)), /x.dtype must be one of F32/],
    'a type from the prototype': [fileOf({ x: entry(0, 4, [1], 'constructor') }, new Uint8Array(4)), /x.dtype/],
    'a negative shape': [fileOf({ x: entry(0, 4, [-1]) }, new Uint8Array(4)), /x.shape/],
    'a shape that overflows': [fileOf({ x: entry(0, 4, [2 ** 40, 2 ** 40]) }, new Uint8Array(4)), /must span/],
    'a size that differs from the shape': [fileOf({ x: entry(0, 4, [2]) }, new Uint8Array(8)), /must span 8 bytes/],
    'an overlap': [fileOf({ x: entry(0, 8), y: entry(4, 12) }, new Uint8Array(12)), /y.data_offsets.*overlap/],
    'a hole': [fileOf({ x: entry(0, 4), y: entry(8, 12) }, new Uint8Array(12)), /y.data_offsets.*hole/],
    'data cut off': [fileOf({ x: entry(0, 8) }, new Uint8Array(4)), /within 4 bytes/],
    'data too long': [fileOf({ x: entry(0, 4) }, new Uint8Array(9)), /5 bytes more/],
    'a name that would change the prototype': [
      fileOf('{"__proto__":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', new Uint8Array(4)),
      /reserved/,
    ],
    'an entry that is null': [fileOf({ x: null }), /x must be an object/],
  };
  test.each(Object.entries(hostile))('%s is refused with a named error', (_, [file, message]) => {
    expect(() => readSafetensors(file)).toThrow(
      expect.objectContaining({ code: 'SAFETENSORS_INVALID', message: expect.stringMatching(message) }),
    );
  });

  test('random damage gives a named error or other numbers, never something else', () => {
    const file = writeSafetensors(tensors);
    fc.assert(
      fc.property(fc.nat(file.length - 1), fc.integer({ min: 0, max: 255 }), fc.nat(file.length), (at, value, length) => {
        try {
          readSafetensors(file.with(at, value).subarray(0, length));
        } catch (error) {
          expect(error).toMatchObject({ code: 'SAFETENSORS_INVALID' });
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('half precision', () => {
  test('every one of the 65536 patterns survives the way through float32', () => {
    for (let half = 0; half < 65536; half++) {
      const value = fromHalf(half);
      if (Number.isNaN(value)) expect(Number.isNaN(fromHalf(toHalf(value)))).toBe(true);
      else if (toHalf(value) !== half) throw new Error(`${half} -> ${value} -> ${toHalf(value)}`);
    }
  });

  test('rounding is to nearest, ties to even, for every pair of neighbours', () => {
    const next = new Float32Array(1);
    const word = new Uint32Array(next.buffer);
    for (let half = 0; half < 0x7bff; half++) {
      const middle = (fromHalf(half) + fromHalf(half + 1)) / 2;
      if (toHalf(middle) !== half + (half % 2)) throw new Error(`tie above ${half} gave ${toHalf(middle)}`);
      next[0] = middle;
      word[0]!++;
      if (toHalf(next[0]) !== half + 1 || toHalf(-next[0]) !== ((half + 1) | 0x8000)) throw new Error(`above the tie of ${half}`);
      word[0]! -= 2;
      if (toHalf(next[0]) !== half) throw new Error(`below the tie of ${half}`);
    }
  });

  test('what is too large becomes infinite, what is too small becomes zero', () => {
    expect([65504, 65519.996, 65520, 1e10, -1e10].map(toHalf)).toEqual([0x7bff, 0x7bff, 0x7c00, 0x7c00, 0xfc00]);
    expect([2 ** -25, 2 ** -25 * 1.0001, -1e-30].map(toHalf)).toEqual([0, 1, 0x8000]);
  });
});
