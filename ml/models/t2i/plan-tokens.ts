import { RELATIONS, relationOf } from '../../data/scenes/relation.ts';
import { RASTER } from '../../data/scenes/sample-scene.ts';
import { type SceneObject, SIZES } from '../../data/scenes/scene-object.ts';
import { GRID, TOKENS } from '../vq-codebook/patches.ts';
import { FIRST_PLACE, FIRST_RELATION } from './token-layout.ts';

/** What the picture will show of the two mentioned objects, in the order of the text: the relation of the first to the second, then the
 *  place of each. Their relation must be clear. */
export function planTokens(first: SceneObject, second: SceneObject): number[] {
  return [FIRST_RELATION + RELATIONS.indexOf(relationOf(first, second)!), placeToken(first), placeToken(second)];
}

/** Size, and the patch in which the centre lies. */
function placeToken({ x, y, size }: SceneObject): number {
  const patch = (centre: number): number => Math.min(GRID - 1, Math.floor((centre * GRID) / RASTER));
  return FIRST_PLACE + SIZES.indexOf(size) * TOKENS + patch(y + size / 2) * GRID + patch(x + size / 2);
}
