import { HoplineError } from '../../../engine/plan/errors.ts';
import { allFinite, notFinite, type OnnxData, type OnnxModel } from '../onnx/index.ts';
import { type ModelTokenizer, TokenizerError } from '../tokenizer/index.ts';

/** A prompt as the U-Net takes it. */
export interface PromptEmbedding {
  /** Token ids, padded: [L]. */
  readonly ids: readonly number[];
  /** The text encoder's last hidden state: [L,D]. */
  readonly hidden: Float32Array;
  readonly length: number;
  readonly width: number;
}

export interface PromptEncoder {
  /** Cut and padded to the encoder's length. @throws TOKENIZER_TEXT_INVALID */
  tokenize(text: string): number[];
  embed(text: string): Promise<PromptEmbedding>;
  /** Gives the encoder the tokenizer's last id: a smaller table of embeddings, of another model, is found out.
   *  @throws TOKENIZER_WRONG_SIZE */
  tryLastId(): Promise<void>;
}

/** Embeddings kept: the negative prompt and the texts of a batch come again and again. 300 kB each in a real model. */
const KEPT = 32;

/** One text a run, so that an embedding doesn't depend on the texts beside it.
 *  @param length ids of a padded prompt, 77 for CLIP */
export function promptEncoder(model: OnnxModel, tokenizer: ModelTokenizer, length: number): PromptEncoder {
  const kept = new Map<string, PromptEmbedding>();
  const padding = tokenizer.special.pad ?? tokenizer.special.eos ?? 0;
  const output = (model.output('last_hidden_state') ?? model.outputs[0]!).name;

  const tokenize = (text: string): number[] => {
    const ids = tokenizer.encode(text, { maxLength: length });
    return [...ids, ...Array<number>(length - ids.length).fill(padding)];
  };

  const run = async (ids: readonly number[]): Promise<OnnxData> => {
    const results = await model.run(
      {
        input_ids: { data: ids, shape: [1, length] },
        // The reference attends to the padding too.
        attention_mask: { data: Array<number>(length).fill(1), shape: [1, length] },
      },
      { outputs: [output], allowNaN: true },
    );
    return results[output]!.data;
  };

  return {
    tokenize,
    async tryLastId() {
      try {
        await run(Array<number>(length).fill(tokenizer.vocabularySize - 1));
      } catch (cause) {
        throw new TokenizerError(
          'TOKENIZER_WRONG_SIZE',
          `text_encoder must take the tokenizer's ${tokenizer.vocabularySize} ids, got: ${(cause as Error).message}`,
          'the tokenizer belongs to another model: copy both from the same export',
        );
      }
    },
    async embed(text) {
      const found = kept.get(text);
      if (found) return found;
      const ids = tokenize(text);
      const data = await run(ids);
      if (!(data instanceof Float32Array)) throw new HoplineError('MODEL_NOT_SUPPORTED', 'text_encoder output must be float');
      if (!allFinite(data)) throw notFinite('text_encoder output', 'NaN or infinity');
      const embedding = { ids, hidden: data, length, width: data.length / length };
      if (kept.size >= KEPT) kept.delete(kept.keys().next().value!);
      kept.set(text, embedding);
      return embedding;
    },
  };
}
