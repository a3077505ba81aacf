import type { CaptionModelOptions } from '../generation/captioning/caption-model.ts';
import { type ImageCaptioner, imageCaptioner } from '../generation/captioning/image-captioner.ts';
import { openBlipModel } from './open-blip-model.ts';

/** Opens a BLIP captioner from a local folder of ONNX files. @throws HoplineError MODEL_*, TOKENIZER_*, IMAGE_PROCESSOR_* */
export async function openBlip(folder: string, options: CaptionModelOptions = {}): Promise<ImageCaptioner> {
  return imageCaptioner(await openBlipModel(folder, options));
}
