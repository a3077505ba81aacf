/** A learning rate for each step, counted from 0. */
export interface Schedule {
  at(step: number): number;
  /** Steps from .. from+count-1, as a trainer takes them. */
  slice(from: number, count: number): Float32Array;
}

export interface WarmupOptions {
  /** The highest rate, reached after the warm-up. */
  readonly peak: number;
  /** Steps of linear rise from peak / warmup. Default 0. */
  readonly warmup?: number;
  /** All steps, warm-up included. Beyond it the rate stays at `floor`. */
  readonly total: number;
  /** The last rate. Default 0. */
  readonly floor?: number;
}

const schedule = (at: (step: number) => number): Schedule => ({
  at,
  slice: (from, count) => Float32Array.from({ length: count }, (_, i) => at(from + i)),
});

export const constantRate = (rate: number): Schedule => schedule(() => rate);

/** Linear warm-up, then half a cosine down to `floor`. Loshchilov and Hutter 2017. */
export const warmupCosine = (options: WarmupOptions): Schedule => warmed(options, (done) => (1 + Math.cos(Math.PI * done)) / 2);

/** Linear warm-up, then a straight line down to `floor`. */
export const warmupLinear = (options: WarmupOptions): Schedule => warmed(options, (done) => 1 - done);

/** `shape`: from 1 at the end of the warm-up to 0 at the last step. */
function warmed({ peak, warmup = 0, total, floor = 0 }: WarmupOptions, shape: (done: number) => number): Schedule {
  return schedule((step) => {
    if (step < warmup) return (peak * (step + 1)) / warmup;
    const done = Math.min(1, (step - warmup) / Math.max(1, total - warmup));
    return floor + (peak - floor) * shape(done);
  });
}
