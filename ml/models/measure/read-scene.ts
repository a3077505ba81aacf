import { BACKGROUND, COLOUR_RGB, PICTURE_SIDE } from '../../data/scenes/render-scene.ts';
import { RASTER } from '../../data/scenes/sample-scene.ts';
import { COLOURS, type SceneObject, SHAPES, SIZES } from '../../data/scenes/scene-object.ts';
import { objectMask } from './object-mask.ts';

/** An object counts as seen when it explains this share of the energy that it would have on plain grey. Codebook pictures of procedural
 *  scenes: 0.3 sees ghosts, 0.7 misses ragged ones. */
const LEAST_SHARE = 0.5;
const MOST_OBJECTS = 10;
/** Raster pixels between the places that are tried first. */
const COARSE = 4;

/** Reads a 24x24 picture without anything learned (analysis by synthesis): adds the object that explains most of what is left, until
 *  nothing does, then fits each object again beside the others. A measuring instrument; nothing is ever chosen by it. */
export function readScene(pixels: Uint8Array): SceneObject[] {
  const picture = Float64Array.from(pixels);
  let objects: SceneObject[] = [];
  while (objects.length < MOST_OBJECTS) {
    const found = bestObject(picture, draw(objects));
    if (!found) break;
    objects.push(found);
  }
  for (let i = 0; i < objects.length; i++) {
    const others = objects.filter((_, at) => at !== i);
    const again = bestObject(picture, draw(others));
    objects = again ? [...others.slice(0, i), again, ...others.slice(i)] : objects;
  }
  return objects;
}

function draw(objects: readonly SceneObject[]): Float64Array {
  const canvas = new Float64Array(PICTURE_SIDE * PICTURE_SIDE * 3).fill(BACKGROUND);
  for (const object of objects) {
    forEachNumber(object, (at, coverage, rgb) => {
      canvas[at] = canvas[at]! + (rgb - canvas[at]!) * coverage;
    });
  }
  return canvas;
}

/** The object whose drawing on the canvas lowers the squared error most, if it explains enough. */
function bestObject(picture: Float64Array, canvas: Float64Array): SceneObject | null {
  const coarse: { object: SceneObject; gain: number }[] = [];
  for (const colour of COLOURS) {
    for (const shape of SHAPES) {
      for (const size of SIZES) {
        let best = { object: { colour, shape, size, x: 0, y: 0 }, gain: 0 };
        for (let y = 0; y <= RASTER - size; y += COARSE) {
          for (let x = 0; x <= RASTER - size; x += COARSE) {
            const object = { colour, shape, size, x, y };
            if (!isPlausible(object, picture, canvas)) continue;
            const gain = gainOf(object, picture, canvas);
            if (gain > best.gain) best = { object, gain };
          }
        }
        if (best.gain > 0) coarse.push(best);
      }
    }
  }
  const fine = coarse
    .sort((a, b) => b.gain - a.gain)
    .slice(0, 6)
    .map(({ object }) => refine(object, picture, canvas))
    .sort((a, b) => b.gain - a.gain)[0];
  return fine && fine.gain >= LEAST_SHARE * energyOf(fine.object) ? fine.object : null;
}

function refine(start: SceneObject, picture: Float64Array, canvas: Float64Array): { object: SceneObject; gain: number } {
  let best = { object: start, gain: gainOf(start, picture, canvas) };
  const most = RASTER - start.size;
  for (let y = Math.max(0, start.y - COARSE + 1); y <= Math.min(most, start.y + COARSE - 1); y++) {
    for (let x = Math.max(0, start.x - COARSE + 1); x <= Math.min(most, start.x + COARSE - 1); x++) {
      const object = { ...start, x, y };
      const gain = gainOf(object, picture, canvas);
      if (gain > best.gain) best = { object, gain };
    }
  }
  return best;
}

/** How much the squared error falls when the object is drawn on the canvas. */
function gainOf({ shape, size, x, y, colour }: SceneObject, picture: Float64Array, canvas: Float64Array): number {
  const { left, top, width, height, coverage } = objectMask(shape, size, x, y);
  const rgb = COLOUR_RGB[colour];
  let gain = 0;
  for (let v = 0; v < height; v++) {
    let at = ((top + v) * PICTURE_SIDE + left) * 3;
    for (let u = 0; u < width; u++) {
      const share = coverage[v * width + u]!;
      for (let c = 0; c < 3; c++, at++) {
        const change = (rgb[c]! - canvas[at]!) * share;
        gain += change * (2 * (picture[at]! - canvas[at]!) - change);
      }
    }
  }
  return gain;
}

/** Whether the pixel under the object's centre has gone some way from the canvas towards the colour: most places need no closer look. */
function isPlausible({ size, x, y, colour }: SceneObject, picture: Float64Array, canvas: Float64Array): boolean {
  const toPixel = (centre: number): number => Math.floor((centre * PICTURE_SIDE) / RASTER);
  const at = (toPixel(y + size / 2) * PICTURE_SIDE + toPixel(x + size / 2)) * 3;
  const rgb = COLOUR_RGB[colour];
  let along = 0;
  let full = 0;
  for (let c = 0; c < 3; c++) {
    const contrast = rgb[c]! - canvas[at + c]!;
    along += contrast * (picture[at + c]! - canvas[at + c]!);
    full += contrast * contrast;
  }
  return along > 0.2 * full;
}

function energyOf(object: SceneObject): number {
  let energy = 0;
  forEachNumber(object, (_, coverage, rgb) => {
    energy += ((rgb - BACKGROUND) * coverage) ** 2;
  });
  return energy;
}

function forEachNumber(
  { shape, size, x, y, colour }: SceneObject,
  visit: (at: number, coverage: number, rgb: number) => void,
): void {
  const { left, top, width, height, coverage } = objectMask(shape, size, x, y);
  const rgb = COLOUR_RGB[colour];
  for (let v = 0; v < height; v++) {
    let at = ((top + v) * PICTURE_SIDE + left) * 3;
    for (let u = 0; u < width; u++) {
      const share = coverage[v * width + u]!;
      for (let c = 0; c < 3; c++) visit(at++, share, rgb[c]!);
    }
  }
}
