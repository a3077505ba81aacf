import type { Picture } from '../../ml/data/picture.ts';

/** A picture within `most` pixels. A smaller one is enlarged by the largest whole factor, so that its pixels stay squares of one size; a larger
 *  one is shrunk in proportion, each pixel the mean of those that it stands for. */
export function scalePicture(picture: Picture, most: { width: number; height: number }): Picture {
  const share = Math.min(most.width / picture.width, most.height / picture.height);
  if (share >= 1) return enlarged(picture, Math.floor(share));
  const side = (length: number): number => Math.max(1, Math.round(length * share));
  return shrunk(picture, Math.min(most.width, side(picture.width)), Math.min(most.height, side(picture.height)));
}

function enlarged(picture: Picture, factor: number): Picture {
  if (factor === 1) return picture;
  const [width, height] = [picture.width * factor, picture.height * factor];
  const pixels = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = 3 * (Math.floor(y / factor) * picture.width + Math.floor(x / factor));
      pixels.set(picture.pixels.subarray(from, from + 3), 3 * (y * width + x));
    }
  }
  return { width, height, pixels };
}

function shrunk(picture: Picture, width: number, height: number): Picture {
  const pixels = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++) {
    const [top, bottom] = span(y, height, picture.height);
    for (let x = 0; x < width; x++) {
      const [left, right] = span(x, width, picture.width);
      const sum = [0, 0, 0];
      for (let v = top; v < bottom; v++)
        for (let u = left; u < right; u++)
          for (let c = 0; c < 3; c++) sum[c]! += picture.pixels[3 * (v * picture.width + u) + c]!;
      const count = (bottom - top) * (right - left);
      pixels.set(
        sum.map((value) => Math.round(value / count)),
        3 * (y * width + x),
      );
    }
  }
  return { width, height, pixels };
}

/** The pixels of the original, of `from`, that the `at`-th of `to` stands for: at least one. */
function span(at: number, to: number, from: number): [number, number] {
  const start = Math.floor((at * from) / to);
  return [start, Math.max(start + 1, Math.floor(((at + 1) * from) / to))];
}
