import { z } from 'zod';
import { defineStep } from '../../../engine/plan/define-step.ts';

/** How far each training text determines its label, by the gate that hasn't seen it: the sampling weights of the teacher's training. */
export const gateWeights = defineStep({
  kind: 'map',
  name: 'gate-weights',
  version: '1',
  module: import.meta.url,
  params: z.strictObject({}),
  inputs: { text: 'text', gate: 'checkpoint' },
  output: 'scores',
  seeded: false,
  batchSize: 4096,
  async run(task, context) {
    const { scoreTexts } = await import('../learning/score-texts.ts');
    return scoreTexts(task, context);
  },
});
