/** Tensors that a multistep method remembers between two steps. Only the method itself knows what they are. */
export type Memory = readonly Float32Array[];

export interface StepInput {
  /** Number of this U-Net call, from 0: an index into `timesteps`. */
  readonly index: number;
  /** x_t: the latents of the whole batch [B,C,H,W]. */
  readonly sample: Float32Array;
  /** What the U-Net said of them, after guidance: [B,C,H,W]. */
  readonly modelOutput: Float32Array;
  /** B: how many samples lie behind one another in the arrays. */
  readonly samples: number;
  /** What the previous step returned; [] at the first. */
  readonly memory: Memory;
  /** Unit normal noise [B,C,H,W] where `takesNoise(index)`. */
  readonly noise?: Float32Array;
}

export interface StepOutput {
  /** x of the next timestep, a new array. */
  readonly sample: Float32Array;
  readonly memory: Memory;
}

/** A way from noise to a picture in a fixed number of U-Net calls. Pure: nothing is kept between the calls. */
export interface Scheduler {
  /** The timestep of each U-Net call, descending. Fractional ones must reach the U-Net as they are. */
  readonly timesteps: readonly number[];
  /** Noise levels in the variance-exploding view, one more than timesteps; undefined where the method doesn't use them. */
  readonly sigmas?: readonly number[];
  /** What unit normal noise is multiplied with to become the first latents. */
  readonly initNoiseSigma: number;
  /** Factor on the latents before they enter the U-Net. */
  inputScale(index: number): number;
  /** Whether step `index` adds fresh noise. */
  takesNoise(index: number): boolean;
  step(input: StepInput): StepOutput;
}
