import type { BertConfig } from './bert-config.ts';

/** Texts as ids, padded at the end to one length. */
export interface TokenBatch {
  readonly size: number;
  readonly length: number;
  /** [size, length] */
  readonly ids: Int32Array;
  /** [size, length]: 1 where there is a token. */
  readonly keep: Uint8Array;
  /** [size, length]: all 0, one text each. */
  readonly types: Int32Array;
  /** [length]: rows of the position embeddings. */
  readonly positions: Int32Array;
}

/** Pads texts to the longest of them, or to `length`; rows beyond the texts, up to `size`, are texts of one padding token. */
export function tokenBatch(
  texts: readonly (readonly number[])[],
  { padId, firstPosition }: Pick<BertConfig, 'padId' | 'firstPosition'>,
  { length = Math.max(1, ...texts.map((ids) => ids.length)), size = texts.length }: { length?: number; size?: number } = {},
): TokenBatch {
  const ids = new Int32Array(size * length).fill(padId);
  const keep = new Uint8Array(size * length);
  for (let row = 0; row < size; row++) {
    const text = texts[row] ?? [padId];
    ids.set(text, row * length);
    keep.fill(1, row * length, row * length + text.length);
  }
  return {
    size,
    length,
    ids,
    keep,
    types: new Int32Array(size * length),
    positions: Int32Array.from({ length }, (_, i) => firstPosition + i),
  };
}
