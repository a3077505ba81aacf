import type { ConfigFields } from './config-fields.ts';
import { linear } from './linear.ts';
import { alphasCumprod } from './noise-schedule.ts';
import { noiseMix, originalMix, predictionTypes, readLimit } from './original-sample.ts';
import type { Scheduler } from './scheduler.ts';
import { requireSteps, requireTrained, roundHalfEven, spaceTimesteps, spacings } from './timestep-spacing.ts';

/** Denoising Diffusion Implicit Models, Song et al. 2021, eq. 12 with sigma_t = 0 (eta 0): no noise after the start. */
export function ddim(config: ConfigFields, steps: number): Scheduler {
  const alphaBars = alphasCumprod(config, { start: 0.0001, end: 0.02, schedule: 'linear' });
  const train = alphaBars.length;
  requireSteps(steps, 1, train);
  const spacing = config.choice('timestep_spacing', spacings, 'leading');
  const timesteps = spaceTimesteps(spacing, train, steps, config.whole('steps_offset', 0)).map(roundHalfEven);
  requireTrained(timesteps, train);
  const finalAlphaBar = config.flag('set_alpha_to_one', true) ? 1 : alphaBars[0]!;
  const prediction = config.choice('prediction_type', predictionTypes, 'epsilon');
  const limit = readLimit(config, true);
  const stride = Math.floor(train / steps);

  return {
    timesteps,
    initNoiseSigma: 1,
    inputScale: () => 1,
    takesNoise: () => false,
    step({ index, sample, modelOutput, samples }) {
      const alphaBar = alphaBars[timesteps[index]!]!;
      const previous = alphaBars[timesteps[index]! - stride] ?? finalAlphaBar;
      const [alpha, sigma] = [Math.sqrt(alphaBar), Math.sqrt(1 - alphaBar)];

      const x0 = originalMix(prediction, alpha, sigma);
      const epsilon = noiseMix(prediction, alpha, sigma);
      const original = linear([x0[0], sample], [x0[1], modelOutput]);
      limit(original, samples);

      const direction = Math.sqrt(1 - previous);
      const next = linear(
        [Math.sqrt(previous), original],
        [direction * epsilon[0], sample],
        [direction * epsilon[1], modelOutput],
      );
      return { sample: next, memory: [] };
    },
  };
}
