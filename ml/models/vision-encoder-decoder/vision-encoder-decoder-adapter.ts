import type { ModelAdapter } from '../../../engine/plan/model-adapter.ts';
import { checkCaptionModel } from '../generation/captioning/check-caption-model.ts';
import { openVisionEncoderDecoder } from './open-vision-encoder-decoder.ts';

/** Vision encoder-decoders (ViT-GPT2) in a registry of models. */
export const visionEncoderDecoderAdapter: ModelAdapter = {
  name: 'vision-encoder-decoder',
  description:
    'ViT-GPT2 and its kin: config.json, tokenizer.json, preprocessor_config.json, onnx/encoder_model.onnx, onnx/decoder_model*.onnx',
  async recognises(folder) {
    const config = (await folder.json('config.json')) as { model_type?: unknown } | undefined;
    return config?.model_type === 'vision-encoder-decoder' && folder.files.some((file) => file.endsWith('.onnx'));
  },
  check: ({ path }) => checkCaptionModel(() => openVisionEncoderDecoder(path)),
};
