import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { decodeImage, type ImageLimits } from '../decode-image.ts';
import { ImageError } from '../image-error.ts';
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

/** Opens the image processor of a model folder: preprocessor_config.json, or `image_processor` of processor_config.json.
 *  @throws IMAGE_PROCESSOR_MISSING, IMAGE_PROCESSOR_INVALID, IMAGE_PROCESSOR_UNSUPPORTED */
export async function openImageProcessor(folder: string, options: ImageProcessorOptions = {}): Promise<ImageProcessor> {
  const alone = await readConfigFile(folder, 'preprocessor_config.json');
  const given = alone ?? (await readConfigFile(folder, 'processor_config.json'))?.image_processor;
  if (typeof given !== 'object' || given === null) {
    throw new ImageError(
      'IMAGE_PROCESSOR_MISSING',
      `model folder must hold preprocessor_config.json, got ${path.basename(folder)} without it`,
      'copy it from the model that was exported',
    );
  }
  return imageProcessor(given as Record<string, unknown>, options);
}

/** A processor from the contents of preprocessor_config.json. */
export function imageProcessor(given: Readonly<Record<string, unknown>>, options: ImageProcessorOptions = {}): ImageProcessor {
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

async function readConfigFile(folder: string, name: string): Promise<Record<string, unknown> | null> {
  let text: string;
  try {
    text = await readFile(path.join(folder, name), 'utf8');
  } catch {
    return null;
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {}
  throw new ImageError('IMAGE_PROCESSOR_INVALID', `${name} must hold a JSON object, got ${JSON.stringify(text.slice(0, 40))}`);
}
