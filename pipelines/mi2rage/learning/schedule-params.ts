import { z } from 'zod';

/** Params of every learner: how long and how fast. */
export const scheduleParams = (steps: number) => ({
  steps: z.int().min(1).default(steps).describe('Training steps in all'),
  stepsPerEpoch: z.int().min(1).default(50).describe('Steps of an epoch, which is one checkpoint'),
  learningRate: z.number().positive().default(3e-3).describe('Highest learning rate: 20 steps of warm-up, then half a cosine'),
});
