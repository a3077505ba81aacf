import { openImageProcessor } from '../../images/index.ts';
import { findOnnxFile } from '../generation/decoder/find-onnx-file.ts';
import { type ImageModel, imageModel } from './image-model.ts';
import { openOnnxVision } from './open-onnx-vision.ts';
import { openSafetensorsVision } from './open-safetensors-vision.ts';
import { readVisionConfig } from './vision-config.ts';
import type { VisionNetworkOptions } from './vision-network.ts';

/** Opens an image encoder (CLIP's vision side, ViT) from a local folder: config.json, preprocessor_config.json and onnx/vision_model.onnx,
 *  onnx/model.onnx or model.safetensors (in this order).
 *  @throws HoplineError MODEL_*, IMAGE_PROCESSOR_*, SAFETENSORS_INVALID */
export async function openImageEncoder(folder: string, options: VisionNetworkOptions = {}): Promise<ImageModel> {
  const config = await readVisionConfig(folder);
  const processor = await openImageProcessor(folder);
  const onnx = findOnnxFile(folder, ['vision_model', 'model']);
  const network = onnx ? await openOnnxVision(onnx, options) : await openSafetensorsVision(folder, config, options);
  return imageModel(processor, network);
}
