import {
  defineInference,
  gatherRows,
  type Inference,
  reshape,
  type Scope,
  type TensorMap,
  tanh,
  type Value,
} from '../../nn/index.ts';
import { torchLayerNorm, torchLinear } from '../torch-weights/torch-layers.ts';
import type { VisionConfig } from './vision-config.ts';
import { visionStates } from './vision-states.ts';

/** Tensors that say which vector a checkpoint was trained to give. */
export const PROJECTION = 'visual_projection.weight';
export const POOLER = 'pooler.dense.weight';

/** The graph of a checkpoint for any number of pictures: states [B, T, width] and a vector for each, pooled [B, size].
 *  CLIP: the normalised class token, projected if the checkpoint has the projection; ViT: the pooler's tanh layer, else the class token. */
export function visionInference(config: VisionConfig, tensors: TensorMap): Inference<readonly [PixelsSpec], 'states' | 'pooled'> {
  const { side } = config;
  return defineInference({
    inputs: [{ name: 'pixels', shape: ['batch', 3, side, side], dtype: 'float32' }],
    forward: (scope, { pixels }) => {
      const states = visionStates(scope, pixels, config);
      return { states, pooled: pooledOf(scope, states, config, tensors) };
    },
  });
}

interface PixelsSpec {
  readonly name: 'pixels';
  readonly shape: readonly (number | string)[];
  readonly dtype: 'float32';
}

function pooledOf(scope: Scope, states: Value, { family, width, epsilon, projection }: VisionConfig, tensors: TensorMap): Value {
  const first = reshape(gatherRows(states, scope.constant([0], [1], 'int32'), 1), [states.shape[0]!, width]);
  if (family === 'vit') return POOLER in tensors ? tanh(torchLinear(scope.child('pooler.dense'), first, width)) : first;
  const normal = torchLayerNorm(scope.child('post_layernorm'), first, epsilon);
  return PROJECTION in tensors ? torchLinear(scope.child('visual_projection'), normal, projection, false) : normal;
}
