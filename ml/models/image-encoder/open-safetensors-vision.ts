import { openInference } from '../../nn/index.ts';
import { deviceProviders, requireNoNaN } from '../onnx/index.ts';
import { readTorchWeights, WEIGHTS_FILE } from '../torch-weights/read-torch-weights.ts';
import { requireParameters } from '../torch-weights/require-parameters.ts';
import type { VisionConfig } from './vision-config.ts';
import { visionInference } from './vision-inference.ts';
import type { VisionNetwork, VisionNetworkOptions } from './vision-network.ts';

const landmarks = { clip: 'embeddings.patch_embedding.weight', vit: 'embeddings.patch_embeddings.projection.weight' };

/** Opens a vision transformer from model.safetensors. @throws HoplineError MODEL_*, SAFETENSORS_INVALID */
export async function openSafetensorsVision(
  folder: string,
  config: VisionConfig,
  { threads = 1, device }: VisionNetworkOptions = {},
): Promise<VisionNetwork> {
  const { tensors } = await readTorchWeights(folder, landmarks[config.family]);
  const inference = visionInference(config, tensors);
  requireParameters(inference, tensors);
  const model = await openInference(inference, tensors, { threads, providers: deviceProviders(device) });
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
