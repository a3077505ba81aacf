import { TEXT_TOKENS, tokenize, VOCABULARY } from '../../data/scenes/vocabulary.ts';

/** A text for the text tower: word ids with the mentions masked, which places hold words, and where the two marks stand. */
export interface EncodedText {
  /** [TEXT_TOKENS] */
  ids: Int32Array;
  /** [TEXT_TOKENS] 1 where there is a word. */
  keep: Float32Array;
  /** [2, TEXT_TOKENS] weights that average the head's and the tail's places; a row of zeros when the mention was cut off. */
  marks: Float32Array;
}

/** Head and tail marks follow the words in the embedding table. */
export const HEAD_MARK = VOCABULARY.length;
export const TAIL_MARK = VOCABULARY.length + 1;
export const TOKEN_KINDS = VOCABULARY.length + 2;

/** Masks both mentions: the tower sees that there is a head and a tail, not which. With their words visible it learns the pairs of the
 *  training texts by heart (a prototype: 62 instead of 100 % on explicit texts).
 *  @param head half-open word offsets, as in a dataset row */
export function encodeText(text: string, head: readonly [number, number], tail: readonly [number, number]): EncodedText {
  const ids = tokenize(text);
  const words = Math.min(text.trim().split(/\s+/).length, TEXT_TOKENS);
  const keep = new Float32Array(TEXT_TOKENS).fill(1, 0, words);
  const marks = new Float32Array(2 * TEXT_TOKENS);
  for (const [row, [start, end]] of [head, tail].entries()) {
    const last = Math.min(end, TEXT_TOKENS);
    for (let place = start; place < last; place++) {
      ids[place] = row === 0 ? HEAD_MARK : TAIL_MARK;
      marks[row * TEXT_TOKENS + place] = 1 / (last - start);
    }
  }
  return { ids, keep, marks };
}
