import { z } from 'zod';
import { defineStep } from '../../../engine/plan/define-step.ts';
import { evaluationParams } from '../evaluation/evaluation-params.ts';

/** The student on real texts with their real pictures, or on the texts alone. */
export const evaluate = defineStep({
  kind: 'reduce',
  name: 'evaluate',
  version: '1',
  module: import.meta.url,
  params: z.strictObject(evaluationParams),
  inputs: { text: 'text', pictures: 'features', student: 'checkpoint' },
  async run(task, context) {
    const { evaluateStudent } = await import('../evaluation/evaluate-student.ts');
    return evaluateStudent(task, context);
  },
});
