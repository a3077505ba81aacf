import type { RgbImage } from '../rgb-image.ts';
import type { ResizeWindow } from './resize-window.ts';

/** Pillow's `ImagingScaleAffine` (Geometry.c): source places are summed up step by step, in doubles, from half a step on. */
export function resizeNearest(image: RgbImage, width: number, height: number, window: ResizeWindow): RgbImage {
  const columns = sourcePlaces(image.width, width, window.left, window.width);
  const rows = sourcePlaces(image.height, height, window.top, window.height);
  const pixels = new Uint8Array(window.width * window.height * 3);
  let to = 0;
  for (const row of rows) {
    for (const column of columns) {
      const from = (row * image.width + column) * 3;
      pixels[to++] = image.pixels[from]!;
      pixels[to++] = image.pixels[from + 1]!;
      pixels[to++] = image.pixels[from + 2]!;
    }
  }
  return { width: window.width, height: window.height, pixels };
}

function sourcePlaces(length: number, target: number, from: number, places: number): Int32Array {
  const step = length / target;
  const found = new Int32Array(places);
  let at = step * 0.5;
  for (let place = 0; place < from + places; place++, at += step) {
    if (place >= from) found[place - from] = Math.min(Math.trunc(at), length - 1);
  }
  return found;
}
