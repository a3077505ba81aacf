import type { Moments, StepScalars } from './adamw.ts';

/** What the optimizer carries from step to step for each slot, in this order. */
export const carriedKinds = ['parameter', 'm', 'v'] as const satisfies readonly (keyof Moments)[];

/** Inputs that hold a number for each step. */
export const scalarNames = ['stepSize', 'epsilon', 'decay'] as const satisfies readonly (keyof StepScalars)[];

/** Names at the border of the training model. */
export const modelNames = {
  /** How many steps to run, int64. */
  steps: 'steps',
  batch: (name: string): string => `batch/${name}`,
  scalar: (name: string): string => `step/${name}`,
  frozen: (name: string): string => `frozen/${name}`,
  before: (kind: keyof Moments, slot: string): string => `before/${kind}/${slot}`,
  after: (kind: keyof Moments, slot: string): string => `after/${kind}/${slot}`,
  loss: 'loss',
  metric: (name: string): string => `metric/${name}`,
};
