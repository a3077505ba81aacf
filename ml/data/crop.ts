import type { Picture } from './picture.ts';

/** The rectangle [left, left + width) x [top, top + height) of a picture. */
export function crop(source: Picture, left: number, top: number, width: number, height: number): Picture {
  if (left < 0 || top < 0 || left + width > source.width || top + height > source.height) {
    throw new RangeError(`crop must lie inside ${source.width}x${source.height}, got ${width}x${height} at ${left},${top}`);
  }
  const pixels = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const start = ((top + y) * source.width + left) * 3;
    pixels.set(source.pixels.subarray(start, start + width * 3), y * width * 3);
  }
  return { width, height, pixels };
}
