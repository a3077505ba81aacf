import { isObject, type JsonObject } from './read-json-file.ts';

/** The reference lowers each character by itself; JavaScript lowers a capital sigma at the end of a word to a final sigma instead.
 *  Lowering sigmas first makes both the same: there is no other such rule without a locale (Unicode, SpecialCasing.txt). */
export function lowerSigmas(definition: JsonObject): (text: string) => string {
  return lowers(definition.normalizer) ? (text) => text.replaceAll('\u03a3', '\u03c3') : (text) => text;
}

function lowers(normalizer: unknown): boolean {
  if (!isObject(normalizer)) return false;
  if (Array.isArray(normalizer.normalizers)) return normalizer.normalizers.some(lowers);
  return normalizer.type === 'Lowercase' || (normalizer.type === 'BertNormalizer' && normalizer.lowercase === true);
}
