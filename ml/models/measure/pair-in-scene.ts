import { type Relation, relationOf } from '../../data/scenes/relation.ts';
import { descriptionIndex, type Mention, type SceneObject } from '../../data/scenes/scene-object.ts';

/** How a pair stands in a scene that was read: null unless each of the two is there exactly once; `relation` null where it isn't clear. */
export function pairInScene(
  scene: readonly SceneObject[],
  first: Mention,
  second: Mention,
): { relation: Relation | null } | null {
  const named = (mention: Mention): SceneObject[] =>
    scene.filter((object) => descriptionIndex(object) === descriptionIndex(mention));
  const [head, anotherHead] = named(first);
  const [tail, anotherTail] = named(second);
  if (!head || !tail || anotherHead || anotherTail) return null;
  return { relation: relationOf(head, tail) };
}
