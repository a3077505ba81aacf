import type { ConfigFields } from './config-fields.ts';
import { linear } from './linear.ts';
import { alphasCumprod } from './noise-schedule.ts';
import { originalMix, predictionTypes, readLimit } from './original-sample.ts';
import type { Scheduler } from './scheduler.ts';
import { requireSteps, requireTrained } from './timestep-spacing.ts';

/** Half the spread of the data, as the boundary conditions assume it. Song et al. 2023 (Consistency Models), appendix C. */
const SIGMA_DATA = 0.5;

/** Latent Consistency Models, Luo et al. 2023: multistep consistency sampling (Song et al. 2023, algorithm 1) on a part of the timesteps
 *  that the model was distilled on. `timestep_spacing` has no say. */
export function lcm(config: ConfigFields, steps: number): Scheduler {
  const alphaBars = alphasCumprod(config, { start: 0.00085, end: 0.012, schedule: 'scaled_linear' });
  const train = alphaBars.length;
  const origin = config.whole('original_inference_steps', 50, { from: 1, to: train });
  requireSteps(steps, 1, Math.min(origin, train));
  const stride = Math.floor(train / origin);
  // Every k-th of the distillation's timesteps, from the noisiest on.
  const timesteps = Array.from({ length: steps }, (_, i) => (origin - Math.floor(i * (origin / steps))) * stride - 1);
  requireTrained(timesteps, train);
  const prediction = config.choice('prediction_type', predictionTypes, 'epsilon');
  const limit = readLimit(config, false);
  const scaling = config.number('timestep_scaling', 10);

  return {
    timesteps,
    initNoiseSigma: 1,
    inputScale: () => 1,
    takesNoise: (index) => index < steps - 1,
    step({ index, sample, modelOutput, samples, noise }) {
      const timestep = timesteps[index]!;
      const [alpha, sigma] = [Math.sqrt(alphaBars[timestep]!), Math.sqrt(1 - alphaBars[timestep]!)];
      const x0 = originalMix(prediction, alpha, sigma);
      const original = linear([x0[0], sample], [x0[1], modelOutput]);
      limit(original, samples);

      // The consistency function f(x, t) = c_skip(t) x + c_out(t) x_0, the identity at t = 0. Luo et al. 2023, eq. 9.
      const scaled = timestep * scaling;
      const skip = SIGMA_DATA ** 2 / (scaled ** 2 + SIGMA_DATA ** 2);
      const out = scaled / Math.sqrt(scaled ** 2 + SIGMA_DATA ** 2);
      if (index === steps - 1) return { sample: linear([out, original], [skip, sample]), memory: [] };

      const previous = alphaBars[timesteps[index + 1]!]!;
      const keep = Math.sqrt(previous);
      const next = linear([keep * out, original], [keep * skip, sample], [Math.sqrt(1 - previous), noise!]);
      return { sample: next, memory: [] };
    },
  };
}
