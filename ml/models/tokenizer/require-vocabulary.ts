import type { ModelTokenizer } from './open-tokenizer.ts';
import { TokenizerError } from './tokenizer-error.ts';

/** Rows that an embedding table may have beyond the tokenizer: padding to a round size, and tokens that only the model knows
 *  (the published BLIP: 30,524 rows, of which its tokenizer names 30,522). */
const SPARE_ROWS = 127;

/** A tokenizer of another model gives ids without an embedding, or meaningless ones.
 *  @param size rows of the model's embedding table (`vocab_size`). @throws TOKENIZER_WRONG_SIZE */
export function requireVocabulary(tokenizer: ModelTokenizer, size: number, where: string): void {
  const spare = size - tokenizer.vocabularySize;
  if (spare >= 0 && spare <= SPARE_ROWS) return;
  throw new TokenizerError(
    'TOKENIZER_WRONG_SIZE',
    `${where}.vocab_size must fit the tokenizer's ${tokenizer.vocabularySize} tokens, got ${size}`,
    'the tokenizer belongs to another model: copy both from the same export',
  );
}
