/** A folder that is to become a model. */
export interface ModelFolder {
  /** Absolute. */
  path: string;
  /** Paths with slashes inside it, sorted. Hidden files, `model.json` and Markdown are no part of a model. */
  files: readonly string[];
  /** The JSON of a file; undefined where there is none, or it isn't JSON. */
  json(path: string): Promise<unknown>;
}

/** A kind of model that a project's steps can open. */
export interface ModelAdapter {
  name: string;
  /** What it opens, in words for a list. */
  description?: string;
  /** Whether a folder looks like one of its own. Default: never; then `--adapter` or `model.json` must name it. */
  recognises?(folder: ModelFolder): boolean | Promise<boolean>;
  /** What it makes comes from a server: asking again costs money, and nobody here answers for the same coming out. `hopline verify` leaves
   *  such nodes out. Default false. */
  external?: boolean;
  /** Looks at everything that can be wrong with the files before a run depends on them.
   *  @throws HoplineError MODEL_*, TOKENIZER_*, ... */
  check?(folder: ModelFolder): Promise<void>;
  /** What the model makes of a small batch that is always the same: numbers by name. A worker compares those of a device with the CPU's
   *  before it takes work for it. Default: nothing is compared. */
  trial?(folder: string, options: TrialOptions): Promise<Record<string, Float32Array>>;
  /** How far a number may be from the CPU's, as a share of the largest magnitude of its tensor. Default 1e-3. */
  trialTolerance?: number;
}

export interface TrialOptions {
  /** `cpu:0`, `cuda:1`. */
  device: string;
  threads: number;
}
