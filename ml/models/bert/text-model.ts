import { HoplineError } from '../../../engine/plan/errors.ts';
import type { ModelTokenizer } from '../tokenizer/index.ts';
import { batchesByLength } from './batches-by-length.ts';
import type { BertConfig } from './bert-config.ts';
import type { BertNetwork } from './bert-network.ts';
import { type Pooling, pool } from './pooling.ts';
import { tokenBatch } from './token-batch.ts';

export interface EncodeTextOptions {
  /** Most tokens of a text, those of the template included; what follows is cut off. Default: the model's, `TextModel.maxLength`. */
  readonly maxLength?: number;
  /** Give the states of the tokens too. Default false. */
  readonly tokens?: boolean;
}

export interface TextEncoding {
  /** What the model read, [CLS] and [SEP] included. */
  readonly ids: readonly number[];
  /** One vector for the text: `TextModel.size` numbers. */
  readonly pooled: Float32Array;
  /** Last hidden states [ids.length, width], if asked for. */
  readonly tokens?: Float32Array;
}

/** A model that reads texts. */
export interface TextModel {
  readonly config: BertConfig;
  readonly tokenizer: ModelTokenizer;
  /** Numbers of a pooled vector. */
  readonly size: number;
  /** Tokens that a text is cut to by default. */
  readonly maxLength: number;
  /** Encodings in the order of the texts. A text that can't be read (lone surrogates) gets its error in its place.
   *  A text's numbers don't depend on the others but for the last bits of float32. @throws HoplineError OPTION_INVALID, MODEL_* */
  encode(texts: readonly string[], options?: EncodeTextOptions): Promise<(TextEncoding | HoplineError)[]>;
  close(): Promise<void>;
}

export interface TextModelParts {
  readonly config: BertConfig;
  readonly tokenizer: ModelTokenizer;
  readonly pooling: Pooling;
  readonly network: BertNetwork;
  /** Tokens that a text is cut to by default. */
  readonly longest: number;
  /** Tokens that the network can read: its positions. */
  readonly most: number;
  readonly lowerCase: boolean;
}

/** Encodes with any network. */
export function textModel({ config, tokenizer, pooling, network, longest, most, lowerCase }: TextModelParts): TextModel {
  const read = (text: string, maxLength: number): readonly number[] | HoplineError => {
    try {
      return tokenizer.encode(lowerCase ? text.toLowerCase() : text, { maxLength });
    } catch (error) {
      if (error instanceof HoplineError) return error;
      throw error;
    }
  };
  return {
    config,
    tokenizer,
    size: pooling.modes.length * config.width,
    maxLength: longest,
    async encode(texts, { maxLength = longest, tokens = false } = {}) {
      requireLength(maxLength, most);
      const results: (TextEncoding | HoplineError)[] = [];
      const readable: { place: number; ids: readonly number[] }[] = [];
      for (const [place, text] of texts.entries()) {
        const ids = read(text, maxLength);
        if (ids instanceof HoplineError) results[place] = ids;
        else readable.push({ place, ids });
      }
      for (const batch of batchesByLength(readable, network.fixed.size)) {
        const padded = tokenBatch(
          batch.map(({ ids }) => ids),
          config,
          network.fixed,
        );
        const { states, pooler } = await network.run(padded);
        for (const [row, { place, ids }] of batch.entries()) {
          const from = row * padded.length * config.width;
          const own = states.subarray(from, from + ids.length * config.width);
          const pooled = pool(own, config.width, pooling, pooler?.subarray(row * config.width, (row + 1) * config.width));
          results[place] = { ids, pooled, ...(tokens && { tokens: own.slice() }) };
        }
      }
      return results;
    },
    close: () => network.close(),
  };
}

/** [CLS], one token and [SEP] at least. */
function requireLength(maxLength: number, most: number): void {
  if (Number.isInteger(maxLength) && maxLength >= 3 && maxLength <= most) return;
  throw new HoplineError('OPTION_INVALID', `encode.maxLength must be a whole number from 3 to ${most}, got ${maxLength}`);
}
