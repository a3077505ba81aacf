import type { ConfigFields } from './config-fields.ts';
import { eulerSchedule, slopeMix } from './euler.ts';
import { linear } from './linear.ts';
import { predictionTypes } from './original-sample.ts';
import type { Scheduler } from './scheduler.ts';

/** Fields of the plain Euler scheduler that this one doesn't have. */
const unknownToIt = [
  ...[
    'use_karras_sigmas',
    'use_exponential_sigmas',
    'use_beta_sigmas',
    'use_lu_lambdas',
    'use_flow_sigmas',
    'use_dynamic_shifting',
  ],
  ...['final_sigmas_type', 'interpolation_type', 'timestep_type'],
];

/** Euler's method that steps below the next level and adds noise up to it: ancestral sampling (Ho et al. 2020, algorithm 2) in sigma
 *  space, as `sample_euler_ancestral` of k-diffusion with eta 1. */
export function eulerAncestral(config: ConfigFields, steps: number): Scheduler {
  // It knows one spacing of levels only, and always ends at 0.
  const schedule = eulerSchedule(config.without(...unknownToIt), steps);
  const { sigmas } = schedule;
  const prediction = config.choice('prediction_type', predictionTypes, 'epsilon');
  if (prediction === 'sample') throw config.unsupported('prediction_type', 'must be epsilon or v_prediction for this scheduler');

  /** Standard deviation of the noise that leads from sigma_down back up to the next level. */
  const sigmaUp = (from: number, to: number): number => Math.sqrt((to ** 2 * (from ** 2 - to ** 2)) / from ** 2);

  return {
    ...schedule,
    takesNoise: (index) => sigmas[index + 1]! > 0,
    step({ index, sample, modelOutput, noise }) {
      const [from, to] = [sigmas[index]!, sigmas[index + 1]!];
      const up = sigmaUp(from, to);
      const h = Math.sqrt(to ** 2 - up ** 2) - from;
      const [onSample, onOutput] = slopeMix(prediction, from);
      const next = linear([1 + h * onSample, sample], [h * onOutput, modelOutput], [up, noise ?? sample]);
      return { sample: next, memory: [] };
    },
  };
}
