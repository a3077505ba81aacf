import type { Digest } from '../../../engine/plan/digest.ts';

/** Candidates by the real text they grew from, roots in order. */
export function byInstance<T extends { rootKey: Digest }>(candidates: readonly T[]): T[][] {
  const groups = new Map<Digest, T[]>();
  for (const candidate of candidates) {
    const own = groups.get(candidate.rootKey);
    if (own) own.push(candidate);
    else groups.set(candidate.rootKey, [candidate]);
  }
  return [...groups.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, own]) => own);
}
