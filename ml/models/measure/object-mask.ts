import { PICTURE_SIDE } from '../../data/scenes/render-scene.ts';
import { RASTER } from '../../data/scenes/sample-scene.ts';
import type { ObjectSize, Shape } from '../../data/scenes/scene-object.ts';
import { shapeCoverage } from '../../data/scenes/shape-coverage.ts';

/** How much of each pixel of the 24x24 picture an object covers: a small rectangle of the picture. */
export interface ObjectMask {
  left: number;
  top: number;
  width: number;
  height: number;
  /** Row-major [height, width], 0..1. */
  coverage: Float64Array;
}

const cache = new Map<string, ObjectMask>();

/** The mask of a shape whose upper left corner is at x, y of the 100x100 raster; exactly what drawing and downscaling would give. */
export function objectMask(shape: Shape, size: ObjectSize, x: number, y: number): ObjectMask {
  const name = `${shape}${size}@${x},${y}`;
  const known = cache.get(name);
  if (known) return known;
  const mask = drawMask(shape, size, x, y);
  cache.set(name, mask);
  return mask;
}

const edge = (pixel: number): number => Math.floor((pixel * RASTER) / PICTURE_SIDE + 0.5);
/** The pixel of the picture in which a column or row of the raster lies. */
const pixelOf = Int32Array.from({ length: RASTER }, (_, at) => {
  let pixel = 0;
  while (edge(pixel + 1) <= at) pixel++;
  return pixel;
});

function drawMask(shape: Shape, size: ObjectSize, x: number, y: number): ObjectMask {
  const full = shapeCoverage(shape, size);
  const left = pixelOf[x]!;
  const top = pixelOf[y]!;
  const width = pixelOf[x + size - 1]! - left + 1;
  const height = pixelOf[y + size - 1]! - top + 1;
  const coverage = new Float64Array(width * height);
  for (let j = 0; j < size; j++) {
    for (let i = 0; i < size; i++) {
      const [u, v] = [pixelOf[x + i]!, pixelOf[y + j]!];
      const area = (edge(u + 1) - edge(u)) * (edge(v + 1) - edge(v));
      coverage[(v - top) * width + u - left]! += full[j * size + i]! / area;
    }
  }
  return { left, top, width, height, coverage };
}
