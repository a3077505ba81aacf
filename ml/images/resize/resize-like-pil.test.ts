import fc from 'fast-check';
import { expect, it } from 'vitest';
import pilCases from './pil-cases.json' with { type: 'json' };
import { type Resample, resizeLikePil } from './resize-like-pil.ts';

const bytesOf = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'));

// Made with Pillow 12.3.0: Image.fromarray(pixels).resize((targetWidth, targetHeight), resample).
it.each(pilCases)('gives the bits of Pillow: $resample $width x $height to $targetWidth x $targetHeight', (item) => {
  const image = { width: item.width, height: item.height, pixels: bytesOf(item.pixels) };
  const resized = resizeLikePil(image, item.targetWidth, item.targetHeight, item.resample as Resample);
  expect(Buffer.from(resized.pixels).toString('base64')).toBe(item.expected);
});

const side = fc.integer({ min: 1, max: 24 });
const resample = fc.constantFrom<Resample>('nearest', 'box', 'bilinear', 'hamming', 'bicubic', 'lanczos');

it('computes a part of the result as it is in the whole', () => {
  fc.assert(
    fc.property(
      side,
      side,
      side,
      side,
      resample,
      fc.infiniteStream(fc.nat(255)),
      (width, height, targetWidth, targetHeight, how, levels) => {
        const image = { width, height, pixels: Uint8Array.from({ length: width * height * 3 }, () => levels.next().value!) };
        const whole = resizeLikePil(image, targetWidth, targetHeight, how);
        const window = {
          left: Math.floor(targetWidth / 3),
          top: Math.floor(targetHeight / 4),
          width: Math.ceil(targetWidth / 2),
          height: Math.ceil(targetHeight / 2),
        };
        const part = resizeLikePil(image, targetWidth, targetHeight, how, window);
        for (let y = 0; y < window.height; y++) {
          const from = ((y + window.top) * targetWidth + window.left) * 3;
          const row = whole.pixels.subarray(from, from + window.width * 3);
          expect(part.pixels.subarray(y * window.width * 3, (y + 1) * window.width * 3)).toEqual(row);
        }
      },
    ),
    { numRuns: 60 },
  );
});

it('leaves a picture alone that keeps its size', () => {
  const image = { width: 2, height: 1, pixels: Uint8Array.from([1, 2, 3, 250, 251, 252]) };
  expect(resizeLikePil(image, 2, 1, 'lanczos').pixels).toEqual(image.pixels);
});

it('refuses to blow a sliver up beyond all memory, unless little of it is wanted', () => {
  const sliver = { width: 40_000, height: 1, pixels: new Uint8Array(120_000) };
  expect(() => resizeLikePil(sliver, 40_000 * 224, 224, 'bicubic')).toThrow(expect.objectContaining({ code: 'IMAGE_TOO_LARGE' }));
  const window = { left: 4_000_000, top: 0, width: 224, height: 224 };
  expect(resizeLikePil(sliver, 40_000 * 224, 224, 'bicubic', window).pixels).toHaveLength(224 * 224 * 3);
});
