/** ml/models/image-encoder: CLIP's vision side and ViT. See README.md. */
export type { EncodeImageOptions, ImageEncoding, ImageModel } from './image-model.ts';
export { openImageEncoder } from './open-image-encoder.ts';
export { isVisionType, visionTypes } from './vision-config.ts';
