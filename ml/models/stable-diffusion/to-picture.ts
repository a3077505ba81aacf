import type { Picture } from '../../data/picture.ts';

/** Planes [3,H,W] of about -1 .. 1 as 8-bit RGB: round(clamp(x / 2 + 0.5) x 255). */
export function toPicture(planes: Float32Array, height: number, width: number): Picture {
  const pixels = new Uint8Array(3 * height * width);
  const area = height * width;
  for (let colour = 0; colour < 3; colour++) {
    for (let i = 0; i < area; i++) {
      const level = planes[colour * area + i]! * 127.5 + 127.5;
      pixels[3 * i + colour] = level <= 0 ? 0 : level >= 255 ? 255 : Math.round(level);
    }
  }
  return { pixels, width, height };
}
