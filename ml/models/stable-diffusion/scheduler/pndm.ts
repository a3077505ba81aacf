import type { ConfigFields } from './config-fields.ts';
import { linear } from './linear.ts';
import { alphasCumprod } from './noise-schedule.ts';
import { noiseMix, predictionTypes } from './original-sample.ts';
import type { Memory, Scheduler, StepInput, StepOutput } from './scheduler.ts';
import { requireSteps, requireTrained, roundHalfEven, spaceTimesteps, spacings } from './timestep-spacing.ts';

/** Pseudo Numerical Methods for Diffusion Models, Liu et al. 2022: linear multistep (PLMS, eq. 12) after a warm-up, which is either a
 *  second call at the second timestep (`skip_prk_steps`, so n steps make n + 1 calls) or three pseudo Runge-Kutta steps (eq. 13). */
export function pndm(config: ConfigFields, steps: number): Scheduler {
  const alphaBars = alphasCumprod(config, { start: 0.0001, end: 0.02, schedule: 'linear' });
  const train = alphaBars.length;
  const skipsRungeKutta = config.flag('skip_prk_steps', false);
  requireSteps(steps, skipsRungeKutta ? 1 : 4, train);
  const stride = Math.floor(train / steps);
  const spacing = config.choice('timestep_spacing', spacings, 'leading');
  const spaced = spaceTimesteps(spacing, train, steps, config.whole('steps_offset', 0)).map(roundHalfEven);
  const warmUp = skipsRungeKutta ? [] : rungeKuttaTimesteps(spaced.slice(0, 4), Math.floor(stride / 2));
  const timesteps = skipsRungeKutta ? twiceTheSecond(spaced) : [...warmUp, ...spaced.slice(3)];
  requireTrained(timesteps, train);
  const finalAlphaBar = config.flag('set_alpha_to_one', false) ? 1 : alphaBars[0]!;
  const prediction = config.choice('prediction_type', predictionTypes, 'epsilon');
  if (prediction === 'sample') throw config.unsupported('prediction_type', 'must be epsilon or v_prediction for this scheduler');

  /** The transfer from timestep t to an earlier one along the predicted noise. Liu et al. 2022, eq. 9. */
  const transfer = (sample: Float32Array, output: Float32Array, t: number, earlier: number): Float32Array => {
    const from = alphaBars[t]!;
    const to = alphaBars[earlier] ?? finalAlphaBar;
    const slope = -(to - from) / (from * Math.sqrt(1 - to) + Math.sqrt(from * (1 - from) * to));
    const [onSample, onOutput] = noiseMix(prediction, Math.sqrt(from), Math.sqrt(1 - from));
    return linear([Math.sqrt(to / from) + slope * onSample, sample], [slope * onOutput, output]);
  };

  /** One of four calls of a Runge-Kutta step. Memory: [x at its start, weighted sum of outputs, the steps' first outputs...]. */
  const rungeKutta = ({ index, sample, modelOutput, memory }: StepInput): StepOutput => {
    const phase = index % 4;
    const earlier = timesteps[index]! - (index % 2 ? 0 : Math.floor(stride / 2));
    const [, sum, ...outputs] = memory;
    const start = phase === 0 ? sample : memory[0]!;
    const weight = phase === 0 || phase === 3 ? 1 / 6 : 1 / 3;
    const total = phase === 0 ? linear([weight, modelOutput]) : linear([1, sum!], [weight, modelOutput]);
    const next = transfer(start, phase === 3 ? total : modelOutput, warmUp[index - phase]!, earlier);
    return { sample: next, memory: [start, total, ...outputs, ...(phase === 0 ? [modelOutput] : [])] };
  };

  /** Memory: the last outputs, oldest first; at the first call also the sample that the second one starts from again. */
  const multistep = ({ index, sample, modelOutput }: StepInput, memory: Memory): StepOutput => {
    const t = timesteps[index]!;
    if (skipsRungeKutta && index === 0)
      return { sample: transfer(sample, modelOutput, t, t - stride), memory: [modelOutput, sample] };
    if (skipsRungeKutta && index === 1) {
      const [first, start] = memory;
      const mean = linear([1 / 2, modelOutput], [1 / 2, first!]);
      return { sample: transfer(start!, mean, t + stride, t), memory: [first!] };
    }
    const outputs = [...memory.slice(-3), modelOutput];
    return { sample: transfer(sample, adamsBashforth(outputs), t, t - stride), memory: outputs };
  };

  return {
    timesteps,
    initNoiseSigma: 1,
    inputScale: () => 1,
    takesNoise: () => false,
    step(input) {
      if (input.index < warmUp.length) return rungeKutta(input);
      return multistep(input, input.index === warmUp.length && warmUp.length > 0 ? input.memory.slice(2) : input.memory);
    },
  };
}

/** Explicit linear multistep of order 2, 3 or 4, by how many outputs there are. */
function adamsBashforth(outputs: readonly Float32Array[]): Float32Array {
  const weights = [[1], [-1 / 2, 3 / 2], [5 / 12, -16 / 12, 23 / 12], [-9 / 24, 37 / 24, -59 / 24, 55 / 24]][outputs.length - 1]!;
  return linear(...outputs.map((output, i) => [weights[i]!, output] as const));
}

const twiceTheSecond = ([first, second, ...rest]: readonly number[]): number[] =>
  second === undefined ? [first!] : [first!, second, second, ...rest];

/** Each step between two of the first four timesteps asks at its start, twice at its middle, and at its end. */
function rungeKuttaTimesteps(first: readonly number[], half: number): number[] {
  return [0, 1, 2].flatMap((i) => {
    const middle = first[i + 1]! + half;
    return [first[i]!, middle, middle, first[i + 1]!];
  });
}
