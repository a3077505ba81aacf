/** ml/models/bert: text encoders that others trained, and how to train them on. See README.md. */
export { type BertConfig, bertTypes, isBertType } from './bert-config.ts';
export { openTextEncoder, type TextEncoderOptions } from './open-text-encoder.ts';
export type { Pooling, PoolingMode } from './pooling.ts';
export type { EncodeTextOptions, TextEncoding, TextModel } from './text-model.ts';
