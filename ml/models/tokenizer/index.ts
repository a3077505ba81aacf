export { type DecodeOptions, type EncodeOptions, type ModelTokenizer, openTokenizer } from './open-tokenizer.ts';
export { requireVocabulary } from './require-vocabulary.ts';
export type { SpecialRole } from './special-tokens.ts';
export { TokenizerError, type TokenizerErrorCode } from './tokenizer-error.ts';
