import type { Philox } from '../../../engine/plan/philox.ts';
import { COLOURS, type Scene, type SceneObject, SHAPES, SIZES } from './scene-object.ts';
import { partOfScene, type ScenePart } from './scene-part.ts';

export interface SceneDistribution {
  /** Weights of 2, 3, 4, ... objects. Need not sum to 1. */
  counts: readonly number[];
}

/** Side of the raster, pixels. */
export const RASTER = 100;

/** As in NLVR's scattered boxes that the data rule keeps: 2 to 5 objects. */
export const NLVR_LIKE: SceneDistribution = { counts: [0.35, 0.3, 0.2, 0.15] };

/** Objects that don't overlap, with uniform colour, shape, size and place: one scene of the given part. */
export function sampleScene(random: Philox, distribution: SceneDistribution, part: ScenePart): Scene {
  for (;;) {
    const scene = place(random, 2 + random.weighted(distribution.counts));
    if (scene && partOfScene(scene) === part) return scene;
  }
}

/** null when an object finds no room in 50 tries. */
function place(random: Philox, count: number): Scene | null {
  const placed: SceneObject[] = [];
  for (let tries = 0; placed.length < count; tries++) {
    if (tries === 50 * count) return null;
    const size = SIZES[random.int(SIZES.length)]!;
    const x = random.int(RASTER - size + 1);
    const y = random.int(RASTER - size + 1);
    if (placed.some((o) => x < o.x + o.size && o.x < x + size && y < o.y + o.size && o.y < y + size)) continue;
    placed.push({ colour: COLOURS[random.int(COLOURS.length)]!, shape: SHAPES[random.int(SHAPES.length)]!, size, x, y });
  }
  return placed;
}
