import type { Digest } from '../../../engine/plan/digest.ts';
import type { Coordinates, SampleValue } from '../../../engine/plan/step-io.ts';

/** A picture's vector at its place in the pool. */
export interface View extends Coordinates {
  key: Digest;
  features: Float32Array;
}

/** Views by the real text they grew from, in the order of depth and chain. */
export function viewsByRoot(samples: readonly SampleValue[]): Map<Digest, View[]> {
  const views = new Map<Digest, View[]>();
  for (const sample of samples) {
    const own = views.get(sample.rootKey) ?? [];
    own.push({ ...sample, features: sample.features! });
    views.set(sample.rootKey, own);
  }
  for (const own of views.values()) own.sort((a, b) => a.depth - b.depth || a.chain - b.chain);
  return views;
}

/** How many views there are at each depth. */
export function countByDepth(views: Iterable<View>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { depth } of views) counts[depth] = (counts[depth] ?? 0) + 1;
  return counts;
}

/** The place of a picture, of its vector, its score and its decision alike. */
export const placeOf = ({ rootKey, chain, depth }: Coordinates): string => `${rootKey}/${chain}/${depth}`;
