import {
  add,
  affine,
  concat,
  expand,
  init,
  reshape,
  type Scope,
  scaledDotProductAttention,
  transpose,
  type Value,
} from '../../nn/index.ts';
import { activate } from '../../nn/layers/feed-forward.ts';
import { torchLayerNorm, torchLinear } from '../torch-weights/torch-layers.ts';
import type { VisionConfig } from './vision-config.ts';

/** What transformers calls the parts of the same pre-LN transformer. */
const names = {
  clip: {
    layer: 'encoder.layers',
    attentionNorm: 'layer_norm1',
    query: 'self_attn.q_proj',
    key: 'self_attn.k_proj',
    value: 'self_attn.v_proj',
    attentionOut: 'self_attn.out_proj',
    feedForwardNorm: 'layer_norm2',
    feedForwardIn: 'mlp.fc1',
    feedForwardOut: 'mlp.fc2',
  },
  vit: {
    layer: 'encoder.layer',
    attentionNorm: 'layernorm_before',
    query: 'attention.attention.query',
    key: 'attention.attention.key',
    value: 'attention.attention.value',
    attentionOut: 'attention.output.dense',
    feedForwardNorm: 'layernorm_after',
    feedForwardIn: 'intermediate.dense',
    feedForwardOut: 'output.dense',
  },
};

/** pixels [B, 3, side, side] -> hidden states [B, 1 + patches, width], the class token first. Dosovitskiy et al. 2021; CLIP normalises once
 *  more at the start (Radford et al. 2021), ViT at the end. Parameters as in transformers' CLIPVisionTransformer and ViTModel. */
export function visionStates(scope: Scope, pixels: Value, config: VisionConfig): Value {
  const { family, layers, epsilon } = config;
  const own = names[family];
  let states = embeddings(scope.child('embeddings'), pixels, config);
  if (family === 'clip') states = torchLayerNorm(scope.child('pre_layrnorm'), states, epsilon);
  for (let i = 0; i < layers; i++) states = layer(scope.child(`${own.layer}.${i}`), states, config);
  return family === 'vit' ? torchLayerNorm(scope.child('layernorm'), states, epsilon) : states;
}

function embeddings(scope: Scope, pixels: Value, config: VisionConfig): Value {
  const { family, width, side, patch } = config;
  const count = (side / patch) ** 2;
  const isClip = family === 'clip';
  const param = (name: string, shape: readonly number[]): Value => scope.param(name, shape, init.normal(0.02));
  const kernel = param(isClip ? 'patch_embedding.weight' : 'patch_embeddings.projection.weight', [width, 3, patch, patch]);
  const bias = isClip ? undefined : param('patch_embeddings.projection.bias', [width]);
  // A convolution whose kernels don't overlap is a product with the patches.
  const patches = affine(patchRows(pixels, config), reshape(kernel, [width, 3 * patch * patch]), bias, { transposed: true });
  const token = isClip ? param('class_embedding', [width]) : param('cls_token', [1, 1, width]);
  const first = expand(reshape(token, [1, 1, width]), [pixels.shape[0]!, 1, width]);
  const places = isClip
    ? param('position_embedding.weight', [count + 1, width])
    : reshape(param('position_embeddings', [1, count + 1, width]), [count + 1, width]);
  return add(concat([first, patches], 1), places);
}

/** [B, 3, side, side] -> [B, patches, 3 * patch * patch], row by row. */
function patchRows(pixels: Value, { side, patch }: VisionConfig): Value {
  const across = side / patch;
  const batch = pixels.shape[0]!;
  const parts = reshape(pixels, [batch, 3, across, patch, across, patch]);
  return reshape(transpose(parts, [0, 2, 4, 1, 3, 5]), [batch, across * across, 3 * patch * patch]);
}

function layer(scope: Scope, x: Value, { family, width, hidden, heads, epsilon, activation }: VisionConfig): Value {
  const own = names[family];
  const normal = torchLayerNorm(scope.child(own.attentionNorm), x, epsilon);
  const project = (name: string): Value => torchLinear(scope.child(name), normal, width);
  const attended = scaledDotProductAttention(project(own.query), project(own.key), project(own.value), heads);
  const state = add(x, torchLinear(scope.child(own.attentionOut), attended, width));
  const inner = torchLinear(
    scope.child(own.feedForwardIn),
    torchLayerNorm(scope.child(own.feedForwardNorm), state, epsilon),
    hidden,
  );
  return add(state, torchLinear(scope.child(own.feedForwardOut), activate(inner, activation), width));
}
