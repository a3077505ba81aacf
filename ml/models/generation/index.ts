/** ml/models/generation: texts about pictures, id by id. See README.md. */
export type { CaptionItem } from './captioning/caption-item.ts';
export type { CaptionModel, CaptionModelOptions } from './captioning/caption-model.ts';
export { type GeneratedText, type ImageCaptioner, imageCaptioner } from './captioning/image-captioner.ts';
export type { GenerationOptions, GenerationSettings } from './generation-options.ts';
