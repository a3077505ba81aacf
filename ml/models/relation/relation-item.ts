import type { EncodedText } from './encode-text.ts';

/** One instance as the learners see it: a text with a marked pair, and views of that pair. */
export interface RelationItem {
  /** Unique. Learners order items by it, so that the order in which they arrive doesn't matter. */
  key: string;
  /** Items of a group are always in the same fold. */
  group: string;
  text: EncodedText;
  /** Vectors of pictures, VIEW_FEATURES numbers each. Empty: text only. */
  views: readonly Float32Array[];
  /** Index into the label set. */
  label: number;
  /** Teacher only: how often it is drawn, relative to the others. Default 1. */
  weight?: number;
}

/** By key, so that draws depend on the set of items and not on how they were read. */
export const inOrder = <T extends { key: string }>(items: readonly T[]): T[] =>
  [...items].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
