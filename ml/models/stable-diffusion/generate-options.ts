import { HoplineError } from '../../../engine/plan/errors.ts';
import type { Seed } from '../seed-random.ts';
import type { SchedulerConfig, SchedulerName } from './scheduler/open-scheduler.ts';

export interface GenerateItem {
  readonly prompt: string;
  /** What the picture should not show. Default ''. Without a say where the guidance scale is 1 or less. */
  readonly negativePrompt?: string;
  /** 32 hex characters or more, 16 bytes or more, or a number of 64 bits. The picture is a function of it, the texts and the options. */
  readonly seed: Seed;
}

export interface GenerateOptions {
  /** Denoising steps: U-Net calls, PNDM one more. Default 50, LCM 4. */
  readonly steps?: number;
  /** Default 7.5. 1 or less: no guidance, which halves the work. */
  readonly guidanceScale?: number;
  /** A name (`ddim`, `pndm`, `euler`, `euler_karras`, `euler_a`, `dpmpp_2m`, `dpmpp_2m_karras`, `lcm`), which keeps the folder's noise
   *  schedule, or a whole configuration. Default: the folder's own. */
  readonly scheduler?: SchedulerName | SchedulerConfig;
  /** Pixels, a multiple of the VAE's factor (8). Default: what the U-Net was trained at. */
  readonly width?: number;
  readonly height?: number;
  /** Pictures denoised at once. Default 4. A picture doesn't depend on it beyond rounding. */
  readonly batchSize?: number;
  /** Side of the tiles, in pixels, that larger pictures are decoded in; 0: never in tiles. Default: 512 where a side is above 1024. */
  readonly tile?: number;
  /** Rounds fractional timesteps for old exports whose U-Net takes whole ones only. Changes the picture slightly. Default false. */
  readonly roundTimesteps?: boolean;
}

/** The options of one call, checked and complete. Sizes in latents. */
export interface GeneratePlan {
  readonly steps: number;
  readonly guidanceScale: number;
  readonly latentHeight: number;
  readonly latentWidth: number;
  readonly batchSize: number;
  readonly tile: number;
  readonly roundTimesteps: boolean;
}

/** @param latentSize [height, width] that the U-Net was trained at. @throws HoplineError OPTION_INVALID */
export function planGeneration(
  options: GenerateOptions,
  latentSize: readonly [number, number],
  pixelsPerLatent: number,
  defaultSteps: number,
): GeneratePlan {
  const { steps = defaultSteps, guidanceScale = 7.5, batchSize = 4, roundTimesteps = false } = options;
  const height = options.height ?? latentSize[0] * pixelsPerLatent;
  const width = options.width ?? latentSize[1] * pixelsPerLatent;
  requireWhole('steps', steps, 1, 1, 1000);
  requireWhole('batchSize', batchSize, 1, 1, 1024);
  requireWhole('height', height, pixelsPerLatent, pixelsPerLatent, 8192);
  requireWhole('width', width, pixelsPerLatent, pixelsPerLatent, 8192);
  if (!(guidanceScale >= 0 && guidanceScale <= 1000)) throw invalid('guidanceScale', 'must be from 0 to 1000', guidanceScale);
  const tile = options.tile ?? (Math.max(height, width) > 1024 ? 512 : 0);
  requireWhole('tile', tile, pixelsPerLatent, 0, 8192);
  return {
    ...{ steps, guidanceScale, batchSize, roundTimesteps },
    latentHeight: height / pixelsPerLatent,
    latentWidth: width / pixelsPerLatent,
    tile: tile === 0 ? Number.POSITIVE_INFINITY : tile / pixelsPerLatent,
  };
}

function requireWhole(name: string, value: number, multiple: number, least: number, most: number): void {
  if (Number.isSafeInteger(value) && value % multiple === 0 && value >= least && value <= most) return;
  throw invalid(name, `must be a ${multiple === 1 ? 'whole number' : `multiple of ${multiple}`} from ${least} to ${most}`, value);
}

const invalid = (name: string, rule: string, got: number): HoplineError =>
  new HoplineError('OPTION_INVALID', `options.${name} ${rule}, got ${got}`);
