import type { Picture } from '../../data/picture.ts';

/** Planes [3,H,W] of about -1 .. 1 as 8-bit RGB: round(clamp(x / 2 + 0.5) x 255), a half to the even level as in the reference. */
export function toPicture(planes: Float32Array, height: number, width: number): Picture {
  const area = height * width;
  // The array itself clamps, and rounds a half to even.
  const pixels = new Uint8ClampedArray(3 * area);
  for (let i = 0; i < area; i++) {
    pixels[3 * i] = planes[i]! * 127.5 + 127.5;
    pixels[3 * i + 1] = planes[area + i]! * 127.5 + 127.5;
    pixels[3 * i + 2] = planes[2 * area + i]! * 127.5 + 127.5;
  }
  return { pixels: new Uint8Array(pixels.buffer), width, height };
}
