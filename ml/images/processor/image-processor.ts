import { decodeImage, type ImageLimits } from '../decode-image.ts';
import { type Transparency, toRgb } from '../to-rgb.ts';
import { uprightImage } from '../upright-image.ts';
import { type PixelValues, preprocessImage } from './preprocess-image.ts';
import { type ProcessorConfig, readProcessorConfig } from './processor-config.ts';

export interface ImageProcessorOptions {
  /** Default 'white', as transformers since 5; 'drop' as before. */
  readonly transparency?: Transparency;
  /** Turn pictures as their EXIF says, as `load_image` does. Default false, as the processors. */
  readonly applyOrientation?: boolean;
  readonly limits?: ImageLimits;
}

export interface ImageProcessor {
  readonly config: ProcessorConfig;
  /** The model's input of one picture. @throws ImageError `IMAGE_*` */
  pixelValues(bytes: Uint8Array): Promise<PixelValues>;
}

/** The contents of preprocessor_config.json. */
export type GivenProcessor = Readonly<Record<string, unknown>>;

/** A processor that works in the calling thread. @throws IMAGE_PROCESSOR_INVALID, IMAGE_PROCESSOR_UNSUPPORTED */
export function imageProcessor(given: GivenProcessor, options: ImageProcessorOptions = {}): ImageProcessor {
  const { transparency = 'white', applyOrientation = false, limits } = options;
  const config = readProcessorConfig(given);
  return {
    config,
    async pixelValues(bytes) {
      const decoded = await decodeImage(bytes, limits);
      const image = toRgb(decoded, transparency);
      return preprocessImage(applyOrientation ? uprightImage(image, decoded.orientation) : image, config);
    },
  };
}
