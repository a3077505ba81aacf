import { BACKGROUND, PICTURE_SIDE } from '../../data/scenes/render-scene.ts';

/** Pixels of padding on each side. */
const MARGIN = 3;
/** Side of a padded picture. */
export const PADDED = PICTURE_SIDE + 2 * MARGIN;
export const PADDED_SIZE = PADDED * PADDED * 3;

/** RGB pixels [24, 24, 3] -> [30, 30, 3] in [-1, 1] with a margin of background, written into `target` from `offset`. */
export function padPixels(pixels: Uint8Array, target: Float32Array, offset: number): void {
  target.fill(BACKGROUND / 127.5 - 1, offset, offset + PADDED_SIZE);
  for (let y = 0; y < PICTURE_SIDE; y++) {
    const from = y * PICTURE_SIDE * 3;
    const to = offset + ((y + MARGIN) * PADDED + MARGIN) * 3;
    for (let i = 0; i < PICTURE_SIDE * 3; i++) target[to + i] = pixels[from + i]! / 127.5 - 1;
  }
}
