import type { ModelAdapter } from '../../../engine/plan/model-adapter.ts';
import { checkCaptionModel } from '../generation/captioning/check-caption-model.ts';
import { openBlip } from './open-blip.ts';

/** BLIP captioners in a registry of models. */
export const blipAdapter: ModelAdapter = {
  name: 'blip',
  description:
    'BLIP captioner: config.json, tokenizer.json, preprocessor_config.json, onnx/vision_model.onnx, onnx/text_decoder.onnx',
  async recognises(folder) {
    const config = (await folder.json('config.json')) as { model_type?: unknown } | undefined;
    return config?.model_type === 'blip' && folder.files.some((file) => file.endsWith('.onnx'));
  },
  check: ({ path }) => checkCaptionModel(() => openBlip(path)),
};
