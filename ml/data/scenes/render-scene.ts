import { boxDownscale } from '../box-downscale.ts';
import type { Picture } from '../picture.ts';
import { RASTER } from './sample-scene.ts';
import type { Colour, Scene } from './scene-object.ts';
import { shapeCoverage } from './shape-coverage.ts';

/** Grey of the boxes in NLVR's PNGs. */
export const BACKGROUND = 211;
export const COLOUR_RGB: Readonly<Record<Colour, readonly [number, number, number]>> = {
  black: [0, 0, 0],
  yellow: [255, 255, 0],
  blue: [0, 153, 255],
};
/** Side of the pictures that models see, pixels. */
export const PICTURE_SIDE = 24;

/** Draws a scene as NLVR's authors did: 100x100, grey, anti-aliased. */
export function renderScene(scene: Scene): Picture {
  const pixels = new Uint8Array(RASTER * RASTER * 3).fill(BACKGROUND);
  for (const { colour, shape, size, x: left, y: top } of scene) {
    const coverage = shapeCoverage(shape, size);
    const rgb = COLOUR_RGB[colour];
    for (let y = Math.max(0, -top); y < size && top + y < RASTER; y++) {
      for (let x = Math.max(0, -left); x < size && left + x < RASTER; x++) {
        const share = coverage[y * size + x]!;
        if (share === 0) continue;
        const at = ((top + y) * RASTER + left + x) * 3;
        for (let c = 0; c < 3; c++) pixels[at + c] = Math.round(pixels[at + c]! + (rgb[c]! - pixels[at + c]!) * share);
      }
    }
  }
  return { width: RASTER, height: RASTER, pixels };
}

/** The picture of a scene as models see it: 24x24. */
export const drawScene = (scene: Scene): Picture => boxDownscale(renderScene(scene), PICTURE_SIDE);
