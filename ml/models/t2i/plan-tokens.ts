import { PICTURE_SIDE } from '../../data/scenes/render-scene.ts';
import { RASTER } from '../../data/scenes/sample-scene.ts';
import { type SceneObject, SIZES } from '../../data/scenes/scene-object.ts';
import { FIRST_COORDINATE, FIRST_SIZE } from './token-layout.ts';

/** Where the two mentioned objects will stand, in the order of the text: size, x and y of each centre in pixels of the 24x24 picture. */
export function planTokens(first: SceneObject, second: SceneObject): number[] {
  return [first, second].flatMap((object) => [
    FIRST_SIZE + SIZES.indexOf(object.size),
    FIRST_COORDINATE + coordinate(object.x + object.size / 2),
    FIRST_COORDINATE + coordinate(object.y + object.size / 2),
  ]);
}

const coordinate = (centre: number): number => Math.min(PICTURE_SIDE - 1, Math.floor((centre * PICTURE_SIDE) / RASTER));
