import type { Digest } from '../../../engine/plan/digest.ts';
import { Philox } from '../../../engine/plan/philox.ts';
import type { DecisionValue } from '../../../engine/plan/step-io.ts';
import { seedBytes } from '../../../ml/models/relation/learner-seed.ts';
import { placeOf, type View } from './views-by-root.ts';

/** The views whose pictures were kept. A decision and a vector are about the same picture when root, chain and depth agree. */
export function keptViews(views: ReadonlyMap<Digest, View[]>, decisions: readonly DecisionValue[]): Map<Digest, View[]> {
  const kept = new Set(decisions.filter((decision) => decision.kept).map(placeOf));
  return new Map([...views].map(([root, own]) => [root, own.filter((view) => kept.has(placeOf(view)))]));
}

/** Gives every text the views of another one: a control that keeps the pictures and destroys what they say. A random cycle, so that no
 *  text keeps its own. */
export function shuffledViews(views: ReadonlyMap<Digest, View[]>, seed: string): Map<Digest, View[]> {
  const roots = new Philox(seedBytes(seed), 4n << 48n).shuffle([...views.keys()].sort());
  return new Map(roots.map((root, at) => [root, views.get(roots[(at + 1) % roots.length]!)!]));
}
