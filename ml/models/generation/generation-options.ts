/** How a text is to be generated. What is left out follows generation_config.json, then config.json, then transformers' defaults. */
export interface GenerationOptions {
  /** Default: 'beam' where `beams` or the model's num_beams is above 1, 'sample' where its do_sample is true, else 'greedy'. */
  readonly method?: 'greedy' | 'beam' | 'sample';
  /** Sequences that a beam search keeps. Default: num_beams, or 4 where that is 1 and the method is 'beam'. */
  readonly beams?: number;
  /** Sampling: of the likeliest ids only so many may be drawn. 0: all. Default 50, as in transformers. */
  readonly topK?: number;
  /** Sampling: only the smallest set of ids whose probabilities sum to this. In (0, 1]. Default 1. */
  readonly topP?: number;
  /** Sampling: divides the logits. Above 0. Default 1. */
  readonly temperature?: number;
  /** Ids before the end may come, start and prompt included. Default 0. */
  readonly minLength?: number;
  /** Most ids, start, prompt and end included. Default: 20 more than start and prompt. */
  readonly maxLength?: number;
  /** Divides positive logits of ids that are there already, multiplies negative ones; above 1 discourages. Default 1. */
  readonly repetitionPenalty?: number;
  /** No run of so many ids twice. 0: any. Default 0. */
  readonly noRepeatNgramSize?: number;
  /** Beam search: a finished sequence's score is its log-probability / (its new ids ^ this). Above 0 favours long ones. Default 1. */
  readonly lengthPenalty?: number;
  /** Beam search: true stops at `beams` finished sequences; false when better ones are unlikely; 'never' when they are impossible.
   *  Default false. */
  readonly earlyStopping?: boolean | 'never';
}

/** Options with everything filled in and checked. */
export interface GenerationSettings extends Required<Omit<GenerationOptions, 'maxLength'>> {
  /** Null: `newTokens` more than start and prompt. */
  readonly maxLength: number | null;
  readonly newTokens: number;
  /** Positions that the model has. */
  readonly longest: number;
  /** Ids that end a text. */
  readonly endIds: readonly number[];
}

/** Most ids of a text whose start and prompt have `promptLength`. */
export const lengthLimit = ({ maxLength, newTokens, longest }: GenerationSettings, promptLength: number): number =>
  Math.min(maxLength ?? promptLength + newTokens, longest);
