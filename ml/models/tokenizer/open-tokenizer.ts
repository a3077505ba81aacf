import path from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import { lowerSigmas } from './final-sigma.ts';
import { type JsonObject, readJsonFile } from './read-json-file.ts';
import { type SpecialRole, specialIds } from './special-tokens.ts';
import { TokenizerError } from './tokenizer-error.ts';

export interface EncodeOptions {
  /** Most ids in the result, those that the model's template adds included; the text's own ids are cut at the end. Default: all. */
  readonly maxLength?: number;
  /** Add what the model's template adds, such as [CLS] and [SEP]. Default true. */
  readonly addSpecialTokens?: boolean;
}

export interface DecodeOptions {
  /** Leave out tokens that are marked special. Default false. */
  readonly skipSpecialTokens?: boolean;
}

/** A model's own tokenizer. Truncation and padding that its file may ask for are switched off: the caller decides. */
export interface ModelTokenizer {
  /** Largest id + 1, added tokens included. */
  readonly vocabularySize: number;
  /** Ids of the tokens that play a part (bos, eos, unk, sep, pad, cls, mask), where the folder names them. */
  readonly special: Readonly<Partial<Record<SpecialRole, number>>>;
  /** `model_max_length` of tokenizer_config.json; undefined where it is missing or means "no limit" (1e30). */
  readonly modelMaxLength: number | undefined;
  /** @throws TOKENIZER_TEXT_INVALID for lone surrogates, which no UTF-8 and so no reference tokenizer can hold. */
  encode(text: string, options?: EncodeOptions): number[];
  /** Ids without a token are left out, as the reference does. */
  decode(ids: readonly number[], options?: DecodeOptions): string;
  idOf(token: string): number | undefined;
}

/** Opens tokenizer.json (with tokenizer_config.json and special_tokens_map.json where they are) of a model folder.
 *  @param substitute what stands in for tokenizer.json where the folder has an older form of the same
 *  @throws TOKENIZER_MISSING, TOKENIZER_INVALID, TOKENIZER_UNSUPPORTED */
export async function openTokenizer(folder: string, substitute?: JsonObject): Promise<ModelTokenizer> {
  const definition = (await readJsonFile(folder, 'tokenizer.json')) ?? substitute ?? null;
  if (definition === null) {
    throw new TokenizerError(
      'TOKENIZER_MISSING',
      `tokenizer.folder must hold tokenizer.json, got ${path.basename(folder)} without it`,
      'save it from Python: AutoTokenizer.from_pretrained(FOLDER).save_pretrained(FOLDER)',
    );
  }
  const config = (await readJsonFile(folder, 'tokenizer_config.json')) ?? {};
  const map = (await readJsonFile(folder, 'special_tokens_map.json')) ?? {};
  const tokenizer = buildTokenizer(definition, config);
  const vocabulary = tokenizer.get_vocab();
  const prepare = lowerSigmas(definition);
  const template = templateOf(tokenizer);
  const maxLength = config.model_max_length;
  return {
    vocabularySize: largest(vocabulary.values()) + 1,
    special: specialIds(config, map, (token) => tokenizer.token_to_id(token)),
    modelMaxLength: typeof maxLength === 'number' && maxLength < 1e9 ? maxLength : undefined,
    encode(text, { maxLength = Number.POSITIVE_INFINITY, addSpecialTokens = true } = {}) {
      if (!text.isWellFormed()) {
        throw new TokenizerError(
          'TOKENIZER_TEXT_INVALID',
          `text must be well-formed Unicode, got a lone surrogate in ${JSON.stringify(text.slice(0, 80))}`,
          'remove half characters, which come from cutting a text in the middle of an emoji',
        );
      }
      const ids = tokenizer.encode(prepare(text), { add_special_tokens: false }).ids;
      if (!addSpecialTokens) return ids.slice(0, maxLength);
      const room = Math.max(0, maxLength - template.before.length - template.after.length);
      return [...template.before, ...ids.slice(0, room), ...template.after];
    },
    decode(ids, { skipSpecialTokens = false } = {}) {
      const known = ids.filter((id) => tokenizer.id_to_token(id) !== undefined);
      if (known.length === 0) return '';
      return tokenizer.decode(known, { skip_special_tokens: skipSpecialTokens });
    },
    idOf: (token) => tokenizer.token_to_id(token),
  };
}

/** An unknown kind of normalizer or model is the library's plain Error; a broken file may be any. */
function buildTokenizer(definition: JsonObject, config: JsonObject): Tokenizer {
  try {
    // The reference's default since transformers 4.45; the library's own is true.
    return new Tokenizer(definition, { clean_up_tokenization_spaces: false, ...config });
  } catch (cause) {
    const reason = (cause as Error).message;
    if (/^Unknown /.test(reason)) {
      throw new TokenizerError(
        'TOKENIZER_UNSUPPORTED',
        `tokenizer.json must use known parts, got: ${reason}`,
        'see the list of parts in the README of @huggingface/tokenizers',
      );
    }
    throw new TokenizerError('TOKENIZER_INVALID', `tokenizer.json must describe a tokenizer, got an error: ${reason}`);
  }
}

/** What the template puts before and after a single text: read off by sending a mark through it. */
function templateOf(tokenizer: Tokenizer): { before: number[]; after: number[] } {
  if (tokenizer.post_processor === null) return { before: [], after: [] };
  const mark = '\u0000';
  const { tokens } = tokenizer.post_processor([mark], null, true) as { tokens: string[] };
  const at = tokens.indexOf(mark);
  const idsOf = (part: string[]): number[] => part.map((token) => tokenizer.token_to_id(token)!);
  return { before: idsOf(tokens.slice(0, at)), after: idsOf(tokens.slice(at + 1)) };
}

function largest(ids: Iterable<number>): number {
  let most = -1;
  for (const id of ids) if (id > most) most = id;
  return most;
}
