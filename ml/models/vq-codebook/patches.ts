import { PICTURE_SIDE } from '../../data/scenes/render-scene.ts';

/** Side of a patch, pixels. */
export const PATCH = 4;
/** Numbers a patch: 4x4 pixels, RGB. */
export const PATCH_SIZE = PATCH * PATCH * 3;
/** Patches a side: 6, so 36 tokens a picture in raster order. */
export const GRID = PICTURE_SIDE / PATCH;
export const TOKENS = GRID * GRID;
/** Codes of the codebook. */
export const CODES = 512;

/** RGB pixels [24, 24, 3] -> patches [36, 48] in [-1, 1], written into `target` from `offset`. */
export function patchesOf(pixels: Uint8Array, target: Float32Array, offset = 0): void {
  let out = offset;
  for (let token = 0; token < TOKENS; token++) {
    for (let row = 0; row < PATCH; row++) {
      const start = pixelIndex(token, row);
      for (let i = 0; i < PATCH * 3; i++) target[out++] = pixels[start + i]! / 127.5 - 1;
    }
  }
}

/** The inverse: patches [36, 48] -> RGB pixels, rounded and clamped. */
export function pixelsOf(patches: Float32Array): Uint8Array {
  const pixels = new Uint8ClampedArray(PICTURE_SIDE * PICTURE_SIDE * 3);
  let at = 0;
  for (let token = 0; token < TOKENS; token++) {
    for (let row = 0; row < PATCH; row++) {
      const start = pixelIndex(token, row);
      for (let i = 0; i < PATCH * 3; i++) pixels[start + i] = Math.round((patches[at++]! + 1) * 127.5);
    }
  }
  return new Uint8Array(pixels.buffer);
}

function pixelIndex(token: number, row: number): number {
  const y = Math.floor(token / GRID) * PATCH + row;
  return (y * PICTURE_SIDE + (token % GRID) * PATCH) * 3;
}
