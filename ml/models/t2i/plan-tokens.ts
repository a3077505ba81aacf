import { RELATIONS, relationOf } from '../../data/scenes/relation.ts';
import { PICTURE_SIDE } from '../../data/scenes/render-scene.ts';
import { RASTER } from '../../data/scenes/sample-scene.ts';
import { type SceneObject, SIZES } from '../../data/scenes/scene-object.ts';
import { FIRST_COORDINATE, FIRST_RELATION, FIRST_SIZE } from './token-layout.ts';

/** What the picture will show of the two mentioned objects, in the order of the text: the relation of the first to the second, then size
 *  and x, y of the centre (pixels of the 24x24 picture) of each. */
export function planTokens(first: SceneObject, second: SceneObject): number[] {
  const places = [first, second].flatMap((object) => [
    FIRST_SIZE + SIZES.indexOf(object.size),
    FIRST_COORDINATE + coordinate(object.x + object.size / 2),
    FIRST_COORDINATE + coordinate(object.y + object.size / 2),
  ]);
  return [FIRST_RELATION + RELATIONS.indexOf(relationOf(first, second)!), ...places];
}

const coordinate = (centre: number): number => Math.min(PICTURE_SIDE - 1, Math.floor((centre * PICTURE_SIDE) / RASTER));
