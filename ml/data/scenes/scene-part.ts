import { sceneIdentity } from './scene-identity.ts';
import type { Scene } from './scene-object.ts';

export type ScenePart = 'pretraining' | 'train' | 'validation' | 'test';

const BUCKETS: readonly ScenePart[] = [
  'test',
  'validation',
  'train',
  'train',
  'pretraining',
  'pretraining',
  'pretraining',
  'pretraining',
];

/** The only part in which a scene may occur, by a hash of its canonical identity. So the parts share no scene, whatever the seeds:
 *  no list of used scenes is needed, and pretraining can make its scenes on the fly. */
export function partOfScene(scene: Scene): ScenePart {
  return BUCKETS[fnv1a(sceneIdentity(scene)) >>> 29] as ScenePart;
}

/** FNV-1a (Fowler, Noll, Vo) with the finaliser of MurmurHash3, so that the upper bits are mixed too. 32 bits. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
