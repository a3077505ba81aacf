import type { SceneObject } from './scene-object.ts';

/** Where the head lies, seen from the tail. The order is that of the classes everywhere. */
export const RELATIONS = ['left', 'right', 'above', 'below'] as const;
export type Relation = (typeof RELATIONS)[number];

export const INVERSE: Readonly<Record<Relation, Relation>> = { left: 'right', right: 'left', above: 'below', below: 'above' };

/** The relation of two objects by their centres, or null where it is not clear: the larger distance must be at least 10 pixels and
 *  1.25 times the smaller one. */
export function relationOf(head: Box, tail: Box): Relation | null {
  const dx = head.x + head.size / 2 - tail.x - tail.size / 2;
  const dy = head.y + head.size / 2 - tail.y - tail.size / 2;
  const larger = Math.max(Math.abs(dx), Math.abs(dy));
  if (larger < 10 || larger < 1.25 * Math.min(Math.abs(dx), Math.abs(dy))) return null;
  if (Math.abs(dx) > Math.abs(dy)) return dx < 0 ? 'left' : 'right';
  return dy < 0 ? 'above' : 'below';
}

type Box = Pick<SceneObject, 'x' | 'y' | 'size'>;
