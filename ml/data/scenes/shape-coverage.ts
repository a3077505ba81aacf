import type { ObjectSize, Shape } from './scene-object.ts';

/** Share of each pixel that a shape covers, row-major [size, size], as the canvas that drew NLVR anti-aliases:
 *  a square fills its box, a circle is inscribed, a triangle has its apex at the middle of the upper side. */
export function shapeCoverage(shape: Shape, size: ObjectSize): Float64Array {
  const known = cache.get(`${shape}${size}`);
  if (known) return known;
  const coverage = new Float64Array(size * size);
  for (let y = 0; y < size; y++) for (let x = 0; x < size; x++) coverage[y * size + x] = pixelCoverage(shape, size, x, y);
  cache.set(`${shape}${size}`, coverage);
  return coverage;
}

const cache = new Map<string, Float64Array>();
/** Points a side and pixel. */
const SUBSAMPLES = 16;

function pixelCoverage(shape: Shape, size: number, x: number, y: number): number {
  if (shape === 'square') return 1;
  let inside = 0;
  for (let j = 0; j < SUBSAMPLES; j++) {
    for (let i = 0; i < SUBSAMPLES; i++) {
      const dx = x + (i + 0.5) / SUBSAMPLES - size / 2;
      const py = y + (j + 0.5) / SUBSAMPLES;
      const dy = py - size / 2;
      if (shape === 'circle' ? 4 * (dx * dx + dy * dy) <= size * size : 2 * Math.abs(dx) <= py) inside++;
    }
  }
  return inside / SUBSAMPLES ** 2;
}
