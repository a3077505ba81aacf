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
  /** Looks at everything that can be wrong with the files before a run depends on them.
   *  @throws HoplineError MODEL_*, TOKENIZER_*, ... */
  check?(folder: ModelFolder): Promise<void>;
}
