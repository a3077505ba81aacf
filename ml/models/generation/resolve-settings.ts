import { HoplineError } from '../../../engine/plan/errors.ts';
import type { GenerationOptions, GenerationSettings } from './generation-options.ts';

/** Fields of generation_config.json or config.json, later ones over earlier ones; null is absent. */
export type GenerationDefaults = Readonly<Record<string, unknown>>;

/** Beams of a beam search that neither caller nor model gives a number for. */
const BEAMS = 4;

/** What a model's generation_config.json may ask for that would change the text and that we don't do. Value: what does no harm. */
const unsupported: Readonly<Record<string, readonly unknown[]>> = {
  guidance_scale: [1],
  sequence_bias: [],
  bad_words_ids: [],
  forced_bos_token_id: [],
  forced_eos_token_id: [],
  suppress_tokens: [],
  begin_suppress_tokens: [],
  exponential_decay_length_penalty: [],
  min_new_tokens: [0],
  num_beam_groups: [1],
  diversity_penalty: [0],
  penalty_alpha: [0],
  typical_p: [1],
  epsilon_cutoff: [0],
  eta_cutoff: [0],
  min_p: [0],
};

/** Fills in and checks. @param longest positions that the model has. @throws HoplineError OPTION_INVALID, MODEL_NOT_SUPPORTED */
export function resolveSettings(
  given: GenerationOptions,
  defaults: GenerationDefaults,
  endIds: readonly number[],
  longest: number,
): GenerationSettings {
  for (const [name, harmless] of Object.entries(unsupported)) {
    const value = defaults[name];
    if (value === undefined || value === null || harmless.includes(value) || (Array.isArray(value) && value.length === 0))
      continue;
    throw new HoplineError(
      'MODEL_NOT_SUPPORTED',
      `generation_config.${name} must be absent, got ${JSON.stringify(value).slice(0, 80)}`,
    );
  }
  const number = (name: string, fallback: number): number => {
    const value = defaults[name];
    return typeof value === 'number' ? value : fallback;
  };
  const configured = number('num_beams', 1);
  const method = given.method ?? methodOf(given.beams ?? configured, defaults.do_sample === true);
  const beams = method === 'beam' ? (given.beams ?? (configured > 1 ? configured : BEAMS)) : 1;
  const newTokens = number('max_new_tokens', 20);
  // max_new_tokens goes before max_length, as in the reference.
  const configuredLength = typeof defaults.max_new_tokens === 'number' ? null : number('max_length', 0) || null;
  const early = defaults.early_stopping;
  const settings: GenerationSettings = {
    method,
    beams: whole('beams', beams, 1, 256),
    topK: whole('topK', given.topK ?? number('top_k', 50), 0, Number.MAX_SAFE_INTEGER),
    topP: above('topP', given.topP ?? number('top_p', 1), 1),
    temperature: above('temperature', given.temperature ?? number('temperature', 1), 1e6),
    minLength: whole('minLength', given.minLength ?? number('min_length', 0), 0, longest),
    maxLength: given.maxLength ?? configuredLength,
    newTokens: whole('max_new_tokens', newTokens, 1, Number.MAX_SAFE_INTEGER),
    repetitionPenalty: above('repetitionPenalty', given.repetitionPenalty ?? number('repetition_penalty', 1), 1e6),
    noRepeatNgramSize: whole('noRepeatNgramSize', given.noRepeatNgramSize ?? number('no_repeat_ngram_size', 0), 0, longest),
    lengthPenalty: finite('lengthPenalty', given.lengthPenalty ?? number('length_penalty', 1)),
    earlyStopping: given.earlyStopping ?? (early === true || early === 'never' ? early : false),
    longest,
    endIds,
  };
  if (settings.maxLength !== null) whole('maxLength', settings.maxLength, 2, longest);
  if (settings.maxLength !== null && settings.minLength > settings.maxLength)
    throw invalid('minLength', `must be at most maxLength ${settings.maxLength}`, settings.minLength);
  return settings;
}

const methodOf = (beams: number, sample: boolean): 'greedy' | 'beam' | 'sample' =>
  beams > 1 ? 'beam' : sample ? 'sample' : 'greedy';

function whole(name: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw invalid(name, `must be a whole number from ${least} to ${most}`, value);
}

function above(name: string, value: number, most: number): number {
  if (value > 0 && value <= most) return value;
  throw invalid(name, `must be above 0 and at most ${most}`, value);
}

function finite(name: string, value: number): number {
  if (Number.isFinite(value)) return value;
  throw invalid(name, 'must be a number', value);
}

const invalid = (name: string, rule: string, got: number): HoplineError =>
  new HoplineError('OPTION_INVALID', `generation.${name} ${rule}, got ${got}`);
