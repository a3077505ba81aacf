/** The search for one text. A model steps many of them at once; none knows of the others. */
export interface Search {
  /** The sequences that want a next id, all of one length. */
  readonly sequences: readonly (readonly number[])[];
  /** Which of the sequences of the step before each one goes on from; at the start one sequence, from 0. */
  readonly parents: readonly number[];
  readonly done: boolean;
  /** Takes a step. @param logits [vocabulary] of each sequence; they may be changed. */
  advance(logits: readonly Float32Array[]): void;
  /** The text so far or, once done, whole: start, prompt and, where it came to one, end included. */
  readonly ids: readonly number[];
}
