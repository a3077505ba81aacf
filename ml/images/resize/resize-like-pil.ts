import { ImageError } from '../image-error.ts';
import type { RgbImage } from '../rgb-image.ts';
import { type FilterName, filters } from './filters.ts';
import { PRECISION_BITS, type ResampleWeights, resampleWeights } from './resample-weights.ts';
import { resizeNearest } from './resize-nearest.ts';
import type { ResizeWindow } from './resize-window.ts';

export type Resample = FilterName | 'nearest';

/** Most pixels that a result may have: a sliver that is blown up would fill the memory. */
const MAX_PIXELS = 2 ** 26;

/** Resizes as Pillow's `Image.resize((width, height), resample)` up to version 12.3, bit for bit: a horizontal pass, then a vertical
 *  one, each rounded and clipped to 8 bits, with weights of 22 fractional bits; a side that keeps its length is passed over.
 *  `window` names a part of the result, which is then all that is computed. @throws IMAGE_TOO_LARGE */
export function resizeLikePil(
  image: RgbImage,
  width: number,
  height: number,
  resample: Resample,
  window: ResizeWindow = { left: 0, top: 0, width, height },
): RgbImage {
  if (window.width * window.height > MAX_PIXELS) {
    throw new ImageError(
      'IMAGE_TOO_LARGE',
      `resize must give at most ${MAX_PIXELS} pixels, got ${window.width} x ${window.height}`,
    );
  }
  if (resample === 'nearest') return resizeNearest(image, width, height, window);
  const filter = filters[resample];
  const rows = resampleWeights(image.height, height, filter, window.top, window.height);
  const columns = resampleWeights(image.width, width, filter, window.left, window.width);
  // Only the source rows that the vertical pass will read.
  const [top, bottom] = height === image.height ? [window.top, window.top + window.height] : span(rows);
  const band: RgbImage = {
    width: image.width,
    height: bottom - top,
    pixels: image.pixels.subarray(top * image.width * 3, bottom * image.width * 3),
  };
  const narrowed =
    width === image.width ? cutColumns(band, window.left, window.width) : horizontalPass(band, columns, window.width);
  return height === image.height ? narrowed : verticalPass(narrowed, rows, window.height, top);
}

function span({ first, count }: ResampleWeights): [number, number] {
  const last = first.length - 1;
  return [first[0]!, first[last]! + count[last]!];
}

function cutColumns(image: RgbImage, left: number, width: number): RgbImage {
  if (width === image.width) return image;
  const pixels = new Uint8Array(width * image.height * 3);
  for (let y = 0; y < image.height; y++) {
    const from = (y * image.width + left) * 3;
    pixels.set(image.pixels.subarray(from, from + width * 3), y * width * 3);
  }
  return { width, height: image.height, pixels };
}

const HALF = 1 << (PRECISION_BITS - 1);

function horizontalPass(image: RgbImage, { first, count, weights, stride }: ResampleWeights, width: number): RgbImage {
  const source = image.pixels;
  const pixels = new Uint8Array(width * image.height * 3);
  for (let y = 0, to = 0; y < image.height; y++) {
    for (let x = 0; x < width; x++, to += 3) {
      let from = (y * image.width + first[x]!) * 3;
      let red = HALF;
      let green = HALF;
      let blue = HALF;
      for (let tap = x * stride, end = tap + count[x]!; tap < end; tap++, from += 3) {
        const weight = weights[tap]!;
        red = (red + Math.imul(source[from]!, weight)) | 0;
        green = (green + Math.imul(source[from + 1]!, weight)) | 0;
        blue = (blue + Math.imul(source[from + 2]!, weight)) | 0;
      }
      pixels[to] = clip(red);
      pixels[to + 1] = clip(green);
      pixels[to + 2] = clip(blue);
    }
  }
  return { width, height: image.height, pixels };
}

/** `top`: which row of the source is the first of `image`. */
function verticalPass(
  image: RgbImage,
  { first, count, weights, stride }: ResampleWeights,
  height: number,
  top: number,
): RgbImage {
  const source = image.pixels;
  const line = image.width * 3;
  const pixels = new Uint8Array(line * height);
  const sums = new Int32Array(line);
  for (let y = 0; y < height; y++) {
    sums.fill(HALF);
    for (let tap = 0; tap < count[y]!; tap++) {
      const weight = weights[y * stride + tap]!;
      const from = (first[y]! - top + tap) * line;
      for (let i = 0; i < line; i++) sums[i] = (sums[i]! + Math.imul(source[from + i]!, weight)) | 0;
    }
    for (let i = 0; i < line; i++) pixels[y * line + i] = clip(sums[i]!);
  }
  return { width: image.width, height, pixels };
}

function clip(sum: number): number {
  const value = sum >> PRECISION_BITS;
  return Math.max(0, Math.min(value, 255));
}
