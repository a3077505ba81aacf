import type { RgbImage } from './rgb-image.ts';

/** Turns and mirrors a picture as its EXIF orientation (1 to 8) asks, as Pillow's `ImageOps.exif_transpose` does. The reference
 *  processors don't do it by themselves; `transformers.image_utils.load_image` does. */
export function uprightImage(image: RgbImage, orientation: number): RgbImage {
  if (orientation < 2 || orientation > 8) return image;
  const { width, height, pixels } = image;
  const turned = orientation >= 5;
  const [columns, rows] = turned ? [height, width] : [width, height];
  const mirrorX = orientation === 2 || orientation === 3 || orientation === 7 || orientation === 8;
  const mirrorY = orientation === 3 || orientation === 4 || orientation === 6 || orientation === 7;
  const upright = new Uint8Array(pixels.length);
  for (let y = 0, to = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const u = turned ? y : x;
      const v = turned ? x : y;
      const from = ((mirrorY ? height - 1 - v : v) * width + (mirrorX ? width - 1 - u : u)) * 3;
      upright[to++] = pixels[from]!;
      upright[to++] = pixels[from + 1]!;
      upright[to++] = pixels[from + 2]!;
    }
  }
  return { width: columns, height: rows, pixels: upright };
}
