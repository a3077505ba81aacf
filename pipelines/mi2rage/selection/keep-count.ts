import { z } from 'zod';

/** How many views of an instance are kept: a count, or a share of what there is. */
export const keepParams = {
  keep: z.int().min(1).default(2).describe('Views kept of each instance, when there is no share'),
  keepShare: z
    .number()
    .positive()
    .max(1)
    .nullable()
    .default(null)
    .describe('Share of the views kept of each instance, at least one; overrides keep'),
};

export function keepCount(candidates: number, { keep, keepShare }: { keep: number; keepShare: number | null }): number {
  if (keepShare === null) return Math.min(keep, candidates);
  return Math.max(1, Math.round(keepShare * candidates));
}
