import { z } from 'zod';
import { defineStep } from '../../../engine/plan/define-step.ts';
import { chooseRows } from '../../../ml/data/split.ts';

/** The rows of one part: one text of each training instance, every text of a validation or test instance. */
export const instances = defineStep({
  kind: 'source',
  name: 'instances',
  version: '1',
  module: import.meta.url,
  params: z.strictObject({
    part: z.enum(['train', 'validation', 'test']).describe('Which part of the dataset'),
    splitSeed: z.int().nullable().default(null).describe('Draws parts, texts and the limit; null: the seed of the run'),
    explicitShare: z.number().min(0).max(1).default(0.4).describe('Share of training instances told by their explicit text'),
    limit: z.int().min(1).nullable().default(null).describe('Most instances; null: all'),
  }),
  choose(rows, { part, splitSeed, explicitShare, limit }, runSeed) {
    const chosen = chooseRows(rows, {
      part,
      splitSeed: splitSeed ?? runSeed,
      explicitShare,
      ...(limit === null ? {} : { limit }),
    });
    return chosen.map((row) => row.index);
  },
});
