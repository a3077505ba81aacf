/** ml/models/bert: text encoders that others trained, and how to train them on. See README.md. */
export { type BertConfig, bertTypes, isBertType } from './bert-config.ts';
export type { MarkedPair } from './fine-tuning/marked-text.ts';
export {
  openRelationClassifier,
  type RelationClassifier,
  type RelationClassifierOptions,
} from './fine-tuning/open-relation-classifier.ts';
export {
  type LabelledPair,
  openRelationFineTuner,
  type RelationFineTunerOptions,
} from './fine-tuning/open-relation-fine-tuner.ts';
export { openTextEncoder, type TextEncoderOptions } from './open-text-encoder.ts';
export type { Pooling, PoolingMode } from './pooling.ts';
export type { EncodeTextOptions, TextEncoding, TextModel } from './text-model.ts';
