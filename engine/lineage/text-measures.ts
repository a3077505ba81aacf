/** Words of a text: runs of letters and digits, in lower case. */
export const tokensOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/** 1 - |A ∩ B| / |A ∪ B| of two texts' sets of words (Jaccard 1912). Two texts without a word are the same. */
export function jaccardDistance(one: readonly string[], other: readonly string[]): number {
  const [a, b] = [new Set(one), new Set(other)];
  let common = 0;
  for (const word of a) if (b.has(word)) common++;
  const all = a.size + b.size - common;
  return all === 0 ? 0 : 1 - common / all;
}

/** distinct-n: different n-grams over all n-grams of a set of texts (Li et al. 2016, "A Diversity-Promoting Objective Function for Neural
 *  Conversation Models", section 5). null where no text is long enough. */
export function distinctShare(texts: readonly (readonly string[])[], n: number): number | null {
  const different = new Set<string>();
  let all = 0;
  for (const words of texts) {
    for (let at = 0; at + n <= words.length; at++, all++) different.add(words.slice(at, at + n).join(' '));
  }
  return all === 0 ? null : different.size / all;
}
