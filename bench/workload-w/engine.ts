/** An engine that runs the workload. Each measure prints its figures and says whether the result was right. */
export interface Engine {
  name: string;
  /** A clean run in a fresh home; with `m4` its reruns, with `m5` a start from stopped services. */
  clean(which: ReadonlySet<string>): Promise<boolean>;
  /** M2: `kill -9` of everything at half, then the tool's own resume. */
  killedAtHalf(): Promise<boolean>;
  /** M3: batch 37 fails for good in hop 2, then the tool's own repair. */
  failedOnce(): Promise<boolean>;
}

export interface EngineOptions {
  n: number;
  core: number;
}
