import { requireNoNaN } from '../onnx/index.ts';
import { openTorchInference } from '../torch-weights/open-torch-inference.ts';
import { readTorchWeights, WEIGHTS_FILE } from '../torch-weights/read-torch-weights.ts';
import type { VisionConfig } from './vision-config.ts';
import { visionInference } from './vision-inference.ts';
import type { VisionNetwork, VisionNetworkOptions } from './vision-network.ts';

const landmarks = { clip: 'embeddings.patch_embedding.weight', vit: 'embeddings.patch_embeddings.projection.weight' };

/** Opens a vision transformer from model.safetensors. @throws HoplineError MODEL_*, SAFETENSORS_INVALID */
export async function openSafetensorsVision(
  folder: string,
  config: VisionConfig,
  options: VisionNetworkOptions = {},
): Promise<VisionNetwork> {
  const { tensors } = await readTorchWeights(folder, landmarks[config.family]);
  const model = await openTorchInference(visionInference(config, tensors), tensors, options);
  return {
    input: [3, config.side, config.side],
    async run(pixels) {
      const { states, pooled } = await model.run({ pixels });
      requireNoNaN(`${WEIGHTS_FILE} output`, pooled.data);
      return { states, pooled };
    },
    close: () => model.close(),
  };
}
