import { z } from 'zod';
import { defineStep } from '../../../engine/plan/define-step.ts';
import { keepParams } from '../selection/keep-count.ts';
import { rankAtRandom } from '../selection/rank-at-random.ts';

/** Keeps views of each instance at random. */
export const selectAtRandom = defineStep({
  kind: 'select',
  name: 'select-at-random',
  version: '1',
  module: import.meta.url,
  params: z.strictObject(keepParams),
  inputs: { pictures: { medium: 'image', load: false } },
  async run({ nodes, params, seed }) {
    return { decisions: rankAtRandom(await nodes.samples('pictures'), params, seed) };
  },
});
