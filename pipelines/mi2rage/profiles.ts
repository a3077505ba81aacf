import type { z } from 'zod';
import { type params, VARIANTS } from './params.ts';

export const profiles: Record<string, z.input<typeof params>> = {
  /** The defaults: 300 instances, 4 chains of depth 2, 2 of 8 views kept. Seconds. */
  demo: {},
  /** Everything: all instances, 8 chains, all variants, all sets of views. Minutes. */
  study: {
    variants: [...VARIANTS],
    data: { instances: null },
    generation: { chains: 8, depth: 2 },
    gate: { steps: 400, stepsPerEpoch: 200 },
    selection: { keep: 4 },
    student: { steps: 400, stepsPerEpoch: 100 },
    evaluation: { views: ['real', 'real+synthetic', 'synthetic', 'tda'], chains: 2 },
  },
  /** For tests: every kind of node, nothing learned. */
  tiny: {
    data: { instances: 24, evaluated: 12 },
    generation: { chains: 2, depth: 2 },
    gate: { steps: 6, stepsPerEpoch: 3 },
    teacher: { steps: 6, stepsPerEpoch: 3 },
    selection: { keep: 1 },
    student: { steps: 6, stepsPerEpoch: 3 },
    evaluation: { resamples: 50 },
  },
};
