/** The 26 words of the tiny world; a token is an index into this list. */
export const VOCABULARY = (
  '<pad> <bos> <eos> a the is and with it there near next to of left right above below over under ' +
  'black yellow blue square circle triangle'
).split(' ');

export const PAD = 0;
export const BOS = 1;
export const EOS = 2;
/** Longest text, words: `a yellow square with a blue circle to the left of it`. */
export const TEXT_TOKENS = 12;

const idOf = new Map(VOCABULARY.map((word, id) => [word, id]));

/** The text as TEXT_TOKENS word ids, padded. Words that are not in the vocabulary become <pad> in place, so spans stay valid; what is
 *  longer is cut. */
export function tokenize(text: string): Int32Array {
  const tokens = new Int32Array(TEXT_TOKENS);
  const words = text.toLowerCase().trim().split(/\s+/).slice(0, TEXT_TOKENS);
  for (const [i, word] of words.entries()) tokens[i] = wordId(word);
  return tokens;
}

/** The id of a word without its punctuation; <pad> when unknown. */
export function wordId(word: string): number {
  return idOf.get(word) ?? idOf.get(word.replace(/[^a-z]/g, '')) ?? PAD;
}

/** The words up to the first <eos>, without special tokens. */
export function detokenize(tokens: ArrayLike<number>): string {
  const words: string[] = [];
  for (const token of Array.from(tokens)) {
    if (token === EOS) break;
    if (token > EOS) words.push(VOCABULARY[token] ?? '');
  }
  return words.join(' ');
}
