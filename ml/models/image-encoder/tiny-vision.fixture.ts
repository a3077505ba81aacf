import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { defineInference, type Inference, type TensorMap } from '../../nn/index.ts';
import { writeSafetensors } from '../../nn/safetensors/write-safetensors.ts';
import type { ModelJson } from '../generation/captioning/model-json.ts';
import { randomTensors } from '../torch-weights/random-tensors.fixture.ts';
import { writeOnnxGraph } from '../torch-weights/write-onnx-graph.fixture.ts';
import { visionConfig } from './vision-config.ts';
import { POOLER, PROJECTION, visionInference } from './vision-inference.ts';

export interface TinyVision {
  readonly type: 'clip' | 'clip_vision_model' | 'vit';
  /** Which files hold the weights. Default safetensors. */
  readonly weights?: 'safetensors' | 'onnx';
  /** Files that are changed; null leaves the file out. */
  readonly files?: Readonly<Record<string, Record<string, unknown> | null>>;
}

const sizes = {
  hidden_size: 16,
  intermediate_size: 24,
  num_attention_heads: 2,
  num_hidden_layers: 2,
  image_size: 12,
  patch_size: 4,
};
const configs = {
  clip: {
    model_type: 'clip',
    projection_dim: 10,
    vision_config: { ...sizes, hidden_act: 'quick_gelu', model_type: 'clip_vision_model' },
  },
  clip_vision_model: { model_type: 'clip_vision_model', ...sizes, hidden_act: 'quick_gelu', projection_dim: 10 },
  vit: { model_type: 'vit', ...sizes, hidden_act: 'gelu' },
};
const processors = {
  clip: { image_processor_type: 'CLIPImageProcessor', size: { shortest_edge: 12 }, crop_size: { height: 12, width: 12 } },
  vit: { image_processor_type: 'ViTImageProcessor', size: { height: 12, width: 12 } },
};

/** Writes a random CLIP (with its projection) or ViT (with its pooler) of 2 layers that looks at 12 x 12 pixels. */
export function writeTinyVision(folder: string, { type, weights = 'safetensors', files = {} }: TinyVision): string {
  const contents = {
    'config.json': configs[type],
    'preprocessor_config.json': processors[type === 'vit' ? 'vit' : 'clip'],
    ...files,
  };
  mkdirSync(folder, { recursive: true });
  for (const [name, json] of Object.entries(contents))
    if (json !== null) writeFileSync(path.join(folder, name), JSON.stringify(json));
  const config = visionConfig(configs[type] as ModelJson);
  // Only whether they are there counts.
  const heads = { [POOLER]: {}, [PROJECTION]: {} } as unknown as TensorMap;
  const inference = visionInference(config, heads);
  const tensors = randomTensors(inference as unknown as Inference);
  const prefix = type === 'vit' ? '' : 'vision_model.';
  const named = Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => [name === PROJECTION ? name : prefix + name, tensor]),
  );
  if (weights === 'onnx')
    writeOnnxGraph(path.join(folder, 'onnx', 'vision_model.onnx'), exported(inference, config.family), tensors);
  else writeFileSync(path.join(folder, 'model.safetensors'), writeSafetensors(named, { metadata: { format: 'pt' } }));
  return folder;
}

const exported = (inference: ReturnType<typeof visionInference>, family: 'clip' | 'vit'): Inference =>
  defineInference({
    inputs: [{ ...inference.inputs[0], name: 'pixel_values' }],
    forward: (scope, { pixel_values: pixels }) => {
      const { states, pooled } = inference.forward(scope, { pixels });
      return { last_hidden_state: states, [family === 'vit' ? 'pooler_output' : 'image_embeds']: pooled };
    },
  });
