import type { ConfigFields } from './config-fields.ts';

export const predictionTypes = ['epsilon', 'v_prediction', 'sample'] as const;
/** What the U-Net predicts: the noise (Ho et al. 2020), the velocity (Salimans and Ho 2022), or the picture itself. */
export type PredictionType = (typeof predictionTypes)[number];

/** A tensor as a combination of the latents and the U-Net's output: `[factor of x_t, factor of the output]`. */
export type Mix = readonly [sample: number, output: number];

/** The predicted picture x_0 from x_t = alpha x_0 + sigma epsilon. Salimans and Ho 2022, section 4 and appendix D: x_0 = alpha x - sigma v. */
export function originalMix(type: PredictionType, alpha: number, sigma: number): Mix {
  if (type === 'epsilon') return [1 / alpha, -sigma / alpha];
  return type === 'v_prediction' ? [alpha, -sigma] : [0, 1];
}

/** The predicted noise: epsilon = sigma x + alpha v. */
export function noiseMix(type: PredictionType, alpha: number, sigma: number): Mix {
  if (type === 'epsilon') return [0, 1];
  return type === 'v_prediction' ? [sigma, alpha] : [1 / sigma, -alpha / sigma];
}

/** Changes a predicted picture x_0 [B, ...] in place so that it stays in range. */
export type Limit = (original: Float32Array, samples: number) => void;

/** `thresholding` and `clip_sample` of a configuration. */
export function readLimit(config: ConfigFields, clipDefault: boolean): Limit {
  if (config.flag('thresholding', false)) {
    return dynamicThreshold(config.number('dynamic_thresholding_ratio', 0.995), config.number('sample_max_value', 1));
  }
  if (!config.flag('clip_sample', clipDefault)) return () => {};
  const range = config.number('clip_sample_range', 1);
  return (original) => {
    for (let i = 0; i < original.length; i++) original[i] = Math.min(Math.max(original[i]!, -range), range);
  };
}

/** Saharia et al. 2022 (Imagen), section 2.3: clip each sample to its own quantile of |x_0| and divide by it. */
function dynamicThreshold(ratio: number, most: number): Limit {
  return (original, samples) => {
    const size = original.length / samples;
    for (let sample = 0; sample < samples; sample++) {
      const part = original.subarray(sample * size, (sample + 1) * size);
      const bound = Math.min(Math.max(quantile(part.map(Math.abs).sort(), ratio), 1), Math.max(1, most));
      for (let i = 0; i < size; i++) part[i] = Math.min(Math.max(part[i]!, -bound), bound) / bound;
    }
  };
}

/** Linear between the two nearest of ascending values. */
function quantile(ascending: Float32Array, ratio: number): number {
  const place = ratio * (ascending.length - 1);
  const below = ascending[Math.floor(place)]!;
  return below + (place - Math.floor(place)) * (ascending[Math.ceil(place)]! - below);
}
