import type { Picture } from './picture.ts';

/** Each pixel of the result is the mean of the source pixels whose centres lie in its window (PIL's `Image.BOX`). Square result. */
export function boxDownscale(source: Picture, side: number): Picture {
  const xs = windows(source.width, side);
  const ys = windows(source.height, side);
  const pixels = new Uint8Array(side * side * 3);
  let out = 0;
  for (let v = 0; v < side; v++) {
    for (let u = 0; u < side; u++) {
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let y = ys[v]!; y < ys[v + 1]!; y++) {
        const end = (y * source.width + xs[u + 1]!) * 3;
        for (let at = (y * source.width + xs[u]!) * 3; at < end; at += 3) {
          red += source.pixels[at]!;
          green += source.pixels[at + 1]!;
          blue += source.pixels[at + 2]!;
        }
      }
      const count = (xs[u + 1]! - xs[u]!) * (ys[v + 1]! - ys[v]!);
      pixels[out++] = Math.round(red / count);
      pixels[out++] = Math.round(green / count);
      pixels[out++] = Math.round(blue / count);
    }
  }
  return { width: side, height: side, pixels };
}

const windows = (length: number, side: number): Int32Array =>
  Int32Array.from({ length: side + 1 }, (_, i) => Math.floor((i * length) / side + 0.5));
