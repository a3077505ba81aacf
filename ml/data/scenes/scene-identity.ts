import type { Scene } from './scene-object.ts';

/** The scene in canonical form: the same objects in any order give the same text. */
export function sceneIdentity(scene: Scene): string {
  return scene
    .map((o) => `${o.colour}-${o.shape}-${o.size}@${o.x},${o.y}`)
    .sort()
    .join(' ');
}
