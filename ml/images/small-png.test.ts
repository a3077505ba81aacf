import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { pngFile } from './png-file.fixture.ts';
import { decodeSmallPng } from './small-png.ts';

const bySharp = async (bytes: Uint8Array): Promise<Uint8Array> => {
  const { data } = await sharp(bytes).toColourspace('srgb').raw().toBuffer({ resolveWithObject: true });
  return new Uint8Array(data);
};

/** Rows of bytes, each behind the number of its filter, whatever picture that is. */
const filteredRows = fc
  .record({ width: fc.integer({ min: 1, max: 9 }), height: fc.integer({ min: 1, max: 9 }) })
  .chain(({ width, height }) =>
    fc.record({
      width: fc.constant(width),
      height: fc.constant(height),
      rows: fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.uint8Array({ minLength: 3 * width, maxLength: 3 * width })), {
        minLength: height,
        maxLength: height,
      }),
    }),
  );

it('decodes every filter as the decoder for all files does', async () => {
  await fc.assert(
    fc.asyncProperty(filteredRows, async ({ width, height, rows }) => {
      const data = deflateSync(Buffer.concat(rows.flatMap(([filter, row]) => [Buffer.from([filter]), Buffer.from(row)])));
      const file = pngFile({ width, height, bits: 8, type: 2, row: [], data });
      expect(decodeSmallPng(file)).toEqual({ width, height, pixels: await bySharp(file) });
    }),
    { numRuns: 60 },
  );
});

it('decodes what our own encoder writes', async () => {
  const pixels = Uint8Array.from({ length: 3 * 40 * 30 }, (_, i) => (i * i) % 251);
  for (const adaptiveFiltering of [false, true]) {
    const file = await sharp(pixels, { raw: { width: 40, height: 30, channels: 3 } })
      .png({ adaptiveFiltering })
      .toBuffer();
    expect(decodeSmallPng(new Uint8Array(file))).toEqual({ width: 40, height: 30, pixels });
  }
});

const plain = pngFile({ width: 2, height: 2, bits: 8, type: 2, row: [1, 2, 3, 4, 5, 6] });
const damaged = (place: number, value: number): Uint8Array => plain.with(place, value);

it.each([
  ['one of 16 bits', pngFile({ width: 1, height: 1, bits: 16, type: 2, row: [0, 1, 0, 2, 0, 3] })],
  ['one with an alpha channel', pngFile({ width: 1, height: 1, bits: 8, type: 6, row: [1, 2, 3, 4] })],
  ['a large one', pngFile({ width: 129, height: 128, bits: 8, type: 2, row: Array(387).fill(7) })],
  ['a wrong checksum', damaged(plain.length - 1, 0)],
  ['an interlaced one', damaged(28, 1)],
  ['one that is cut off', plain.subarray(0, plain.length - 12)],
  [
    'a filter that does not exist',
    pngFile({ width: 1, height: 1, bits: 8, type: 2, row: [], data: deflateSync(Buffer.from([5, 1, 2, 3])) }),
  ],
  [
    'more pixels than its header says',
    pngFile({ width: 1, height: 1, bits: 8, type: 2, row: [], data: deflateSync(Buffer.alloc(90)) }),
  ],
  ['fewer pixels', pngFile({ width: 9, height: 9, bits: 8, type: 2, row: [], data: deflateSync(Buffer.alloc(9)) })],
  ['no pixels', pngFile({ width: 1, height: 1, bits: 8, type: 2, row: [], data: new Uint8Array(0) })],
  ['a signature alone', plain.subarray(0, 8)],
])('leaves %s to the decoder for all files', (_, file) => {
  expect(decodeSmallPng(file)).toBeUndefined();
});
