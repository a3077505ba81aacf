import { type Relation, relationOf } from './relation.ts';
import { descriptionIndex, type Scene, type SceneObject } from './scene-object.ts';

/** Two objects that can be named, and how they lie. */
export interface ScenePair {
  head: SceneObject;
  tail: SceneObject;
  relation: Relation;
}

/** Every unordered pair whose objects are each described by colour and shape alone and whose relation is clear; the head comes first
 *  in the scene. */
export function clearPairs(scene: Scene): ScenePair[] {
  const counts = new Map<number, number>();
  for (const object of scene) counts.set(descriptionIndex(object), (counts.get(descriptionIndex(object)) ?? 0) + 1);
  const unique = scene.filter((object) => counts.get(descriptionIndex(object)) === 1);
  const pairs: ScenePair[] = [];
  for (const [i, head] of unique.entries()) {
    for (const tail of unique.slice(i + 1)) {
      const relation = relationOf(head, tail);
      if (relation) pairs.push({ head, tail, relation });
    }
  }
  return pairs;
}
