/** ml/images: pictures in, and as the reference image processors see them. See README.md. */
export { type DecodedImage, decodeImage, type ImageLimits } from './decode-image.ts';
export { ImageError, type ImageErrorCode } from './image-error.ts';
export { type ImageFormat, imageFormatOf } from './image-format.ts';
export { type ImageProcessor, type ImageProcessorOptions, imageProcessor } from './processor/image-processor.ts';
export { openImageProcessor } from './processor/open-image-processor.ts';
export { type PixelValues, preprocessImage } from './processor/preprocess-image.ts';
export { type ProcessorConfig, readProcessorConfig } from './processor/processor-config.ts';
export { type Resample, resizeLikePil } from './resize/resize-like-pil.ts';
export type { ResizeWindow } from './resize/resize-window.ts';
export type { RgbImage } from './rgb-image.ts';
export { type Transparency, toRgb } from './to-rgb.ts';
export { uprightImage } from './upright-image.ts';
