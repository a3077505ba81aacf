import { hashUniform } from '../../data/hash-random.ts';

/** Which of `folds` parts a group belongs to: a hash of its name, so that other groups don't matter. */
export const foldOf = (group: string, folds: number): number => Math.floor(hashUniform('fold', group) * folds);

/** What the model of a fold trains on: everything outside the fold, or everything where there is but one. A fold that holds all there
 *  is leaves nothing else, so it is trained on as well: tiny data sets only. */
export function outsideFold<T extends { group: string }>(items: readonly T[], fold: number, folds: number): readonly T[] {
  if (folds === 1) return items;
  const outside = items.filter((item) => foldOf(item.group, folds) !== fold);
  return outside.length > 0 ? outside : items;
}
