import type { CaptionModelOptions } from '../generation/captioning/caption-model.ts';
import { type ImageCaptioner, imageCaptioner } from '../generation/captioning/image-captioner.ts';
import { openVisionEncoderDecoderModel } from './open-vision-encoder-decoder-model.ts';

/** Opens a vision encoder-decoder (ViT-GPT2) from a local folder of ONNX files.
 *  @throws HoplineError MODEL_*, TOKENIZER_*, IMAGE_PROCESSOR_* */
export async function openVisionEncoderDecoder(folder: string, options: CaptionModelOptions = {}): Promise<ImageCaptioner> {
  return imageCaptioner(await openVisionEncoderDecoderModel(folder, options));
}
