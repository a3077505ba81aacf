import { z } from 'zod';
import { defineStep } from '../../../engine/plan/define-step.ts';
import { evaluationParams } from '../evaluation/evaluation-params.ts';

/** The student on real texts with real pictures and with synthetic views of those texts. */
export const evaluateWithSynthetic = defineStep({
  kind: 'reduce',
  name: 'evaluate-with-synthetic',
  version: '1',
  module: import.meta.url,
  params: z.strictObject(evaluationParams),
  inputs: { text: 'text', pictures: 'features', synthetic: 'features', student: 'checkpoint' },
  async run(task, context) {
    const { evaluateStudent } = await import('../evaluation/evaluate-student.ts');
    return evaluateStudent(task, context, await task.nodes.samples('synthetic'));
  },
});
