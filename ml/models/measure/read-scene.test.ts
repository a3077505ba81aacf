import { expect, it } from 'vitest';
import { BACKGROUND, drawScene } from '../../data/scenes/render-scene.ts';
import { sceneIdentity } from '../../data/scenes/scene-identity.ts';
import { sampleInstance } from '../../data/scenes/scenes-reader.ts';
import { pairInScene } from './pair-in-scene.ts';
import { readScene } from './read-scene.ts';

it('reads drawn scenes back: every object, to the pixel of the 100x100 raster almost always', () => {
  let exact = 0;
  for (let index = 0; index < 10; index++) {
    const { scene, pair } = sampleInstance('test', index, 0);
    const read = readScene(drawScene(scene).pixels);
    expect(read.length).toBe(scene.length);
    expect(pairInScene(read, pair.head, pair.tail)).toEqual({ relation: pair.relation });
    if (sceneIdentity(read) === sceneIdentity(scene)) exact++;
  }
  expect(exact).toBeGreaterThanOrEqual(8);
});

it('sees nothing in plain grey', () => {
  expect(readScene(new Uint8Array(24 * 24 * 3).fill(BACKGROUND))).toEqual([]);
});

it('a pair is only there when each of the two is there once', () => {
  const square = { colour: 'blue', shape: 'square', size: 10, x: 0, y: 0 } as const;
  const circle = { ...square, shape: 'circle', x: 50 } as const;
  expect(pairInScene([square, circle], square, circle)).toEqual({ relation: 'left' });
  expect(pairInScene([square, circle, { ...square, y: 50 }], square, circle)).toBeNull();
  expect(pairInScene([circle], square, circle)).toBeNull();
});
