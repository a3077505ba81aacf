import { z } from 'zod';
import { defineStep } from '../../../engine/plan/define-step.ts';
import { keepParams } from '../selection/keep-count.ts';
import { rankByLoss } from '../selection/rank-by-loss.ts';

/** Keeps the views of each instance that the teacher reads best, or worst. */
export const selectByLoss = defineStep({
  kind: 'select',
  name: 'select-by-loss',
  version: '1',
  module: import.meta.url,
  params: z.strictObject({ rule: z.enum(['best', 'worst']).default('best').describe('Which end of the ranking'), ...keepParams }),
  inputs: { scores: 'scores' },
  seeded: false,
  async run({ nodes, params }) {
    return { decisions: rankByLoss(await nodes.scores('scores'), params) };
  },
});
