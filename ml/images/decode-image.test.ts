import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { decodeImage } from './decode-image.ts';
import { pngFile } from './png-file.fixture.ts';
import { toRgb } from './to-rgb.ts';
import { uprightImage } from './upright-image.ts';

const grey = (levels: number[]): Uint8Array =>
  pngFile({ width: levels.length, height: 1, bits: 16, type: 0, row: levels.flatMap((v) => [v >> 8, v & 255]) });

it('clips 16 bits of grey at 255, as Pillow does', async () => {
  const { pixels, channels } = await decodeImage(grey([0, 7, 255, 256, 65535]));
  expect([channels, [...pixels]]).toEqual([3, [0, 0, 0, 7, 7, 7, 255, 255, 255, 255, 255, 255, 255, 255, 255]]);
});

it('takes the high bytes of 16 bits a colour', async () => {
  const row = [0x12, 0xff, 0x34, 0x80, 0x56, 0x00];
  expect([...(await decodeImage(pngFile({ width: 1, height: 1, bits: 16, type: 2, row }))).pixels]).toEqual([0x12, 0x34, 0x56]);
});

it('lays transparency on white or forgets it', async () => {
  const image = await decodeImage(
    pngFile({ width: 3, height: 1, bits: 8, type: 6, row: [10, 20, 30, 255, 10, 20, 30, 0, 10, 20, 30, 128] }),
  );
  expect([...toRgb(image).pixels]).toEqual([10, 20, 30, 255, 255, 255, 132, 137, 142]);
  expect([...toRgb(image, 'drop').pixels]).toEqual([10, 20, 30, 10, 20, 30, 10, 20, 30]);
});

it('reads JPEG and WebP, and knows how a camera held them', async () => {
  const flat = sharp({ create: { width: 4, height: 2, channels: 3, background: '#336699' } });
  for (const file of [
    flat.clone().webp({ lossless: true }),
    flat.clone().jpeg({ quality: 100 }).withMetadata({ orientation: 6 }),
  ]) {
    const image = await decodeImage(new Uint8Array(await file.toBuffer()));
    expect([image.width, image.height, image.orientation]).toEqual([4, 2, image.format === 'jpeg' ? 6 : 1]);
    const upright = uprightImage(toRgb(image), image.orientation);
    expect([upright.width, upright.height]).toEqual(image.format === 'jpeg' ? [2, 4] : [4, 2]);
  }
});

it.each([
  [1, 'abcdef'],
  [2, 'cbafed'],
  [3, 'fedcba'],
  [4, 'defabc'],
  [5, 'adbecf'],
  [6, 'daebfc'],
  [7, 'fcebda'],
  [8, 'cfbead'],
])('turns a picture of EXIF orientation %i upright', (orientation, expected) => {
  const pixels = Uint8Array.from([...'abcdef'].flatMap((letter) => Array(3).fill(letter.charCodeAt(0))));
  const upright = uprightImage({ width: 3, height: 2, pixels }, orientation);
  expect(String.fromCharCode(...upright.pixels.filter((_, i) => i % 3 === 0))).toBe(expected);
});

const png = pngFile({ width: 60, height: 60, bits: 8, type: 2, row: Array.from({ length: 180 }, (_, i) => (i * 89) % 251) });
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

it.each([
  ['no bytes', new Uint8Array(0), 'IMAGE_EMPTY', '0 bytes'],
  ['a GIF', text('GIF89a\x01\x00'), 'IMAGE_FORMAT', 'GIF'],
  ['an SVG, which the decoder itself would read', text('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'IMAGE_FORMAT', 'SVG'],
  ['something else', text('hello'), 'IMAGE_FORMAT', 'hello'],
  ['a PNG that is cut off', png.subarray(0, png.length - 60), 'IMAGE_INVALID', 'PNG'],
  ['nothing but a signature', png.subarray(0, 8), 'IMAGE_INVALID', 'PNG'],
  ['a PNG of 20,000 x 20,000', pngHeader(20_000, 20_000), 'IMAGE_TOO_LARGE', '20000 x 20000'],
])('names what is wrong with %s', async (_, bytes, code, got) => {
  const error = await decodeImage(bytes).catch((caught: unknown) => caught);
  expect(error).toMatchObject({ code, message: expect.stringContaining(got) });
});

it('holds the limits that are given', async () => {
  await expect(decodeImage(png, { maxPixels: 3599 })).rejects.toMatchObject({ code: 'IMAGE_TOO_LARGE' });
  await expect(decodeImage(png, { maxBytes: png.length - 1 })).rejects.toMatchObject({ code: 'IMAGE_TOO_LARGE' });
  await expect(decodeImage(png, { maxPixels: 3600, maxBytes: png.length })).resolves.toMatchObject({ width: 60 });
});

/** A whole, small file that unpacks to 1.2 GB. */
function pngHeader(width: number, height: number): Uint8Array {
  return pngFile({ width, height, bits: 8, type: 2, row: [], data: deflateSync(Buffer.alloc(1000)) });
}
