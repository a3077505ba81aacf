import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ImageError } from '../image-error.ts';
import type { GivenProcessor, ImageProcessor, ImageProcessorOptions } from './image-processor.ts';
import { pixelValuesElsewhere } from './picture-thread.ts';
import { readProcessorConfig } from './processor-config.ts';

/** Opens the image processor of a model folder: preprocessor_config.json, or `image_processor` of processor_config.json. Its pictures are
 *  prepared by a thread of their own, beside the run of a model that holds the calling one.
 *  @throws IMAGE_PROCESSOR_MISSING, IMAGE_PROCESSOR_INVALID, IMAGE_PROCESSOR_UNSUPPORTED */
export async function openImageProcessor(folder: string, options: ImageProcessorOptions = {}): Promise<ImageProcessor> {
  const given = await readGiven(folder);
  return { config: readProcessorConfig(given), pixelValues: pixelValuesElsewhere(given, options) };
}

async function readGiven(folder: string): Promise<GivenProcessor> {
  const alone = await readConfigFile(folder, 'preprocessor_config.json');
  const given = alone ?? (await readConfigFile(folder, 'processor_config.json'))?.image_processor;
  if (typeof given === 'object' && given !== null) return given as GivenProcessor;
  throw new ImageError(
    'IMAGE_PROCESSOR_MISSING',
    `model folder must hold preprocessor_config.json, got ${path.basename(folder)} without it`,
    'copy it from the model that was exported',
  );
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
