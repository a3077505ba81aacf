import { HoplineError } from '../../../engine/plan/errors.ts';
import type { Activation } from '../../nn/index.ts';
import { activationOf } from '../bert/bert-config.ts';
import { type ModelJson, readModelJson, sectionOf, wholeNumber } from '../generation/captioning/model-json.ts';

/** What config.json says of a vision transformer. */
export interface VisionConfig {
  readonly family: 'clip' | 'vit';
  readonly layers: number;
  readonly heads: number;
  readonly width: number;
  /** Of the feed-forward layers. */
  readonly hidden: number;
  readonly activation: Activation;
  readonly epsilon: number;
  /** Side of the square picture, pixels. */
  readonly side: number;
  /** Side of a square patch, pixels. */
  readonly patch: number;
  /** Width of CLIP's common space of pictures and texts. */
  readonly projection: number;
}

export const visionTypes = ['clip', 'clip_vision_model', 'vit'] as const;

export const isVisionType = (type: unknown): boolean => visionTypes.includes(type as (typeof visionTypes)[number]);

/** The class attributes of transformers' configurations. */
const defaults = { hidden_size: 768, intermediate_size: 3072, num_hidden_layers: 12, num_attention_heads: 12, image_size: 224 };
const familyDefaults = {
  clip: { hidden_act: 'quick_gelu', layer_norm_eps: 1e-5, patch_size: 32, projection_dim: 512 },
  vit: { hidden_act: 'gelu', layer_norm_eps: 1e-12, patch_size: 16, projection_dim: 0 },
};

/** Reads config.json of CLIP (whole, or its vision model alone) or ViT. @throws HoplineError MODEL_FILE_INVALID, MODEL_CONFIG_INVALID */
export async function readVisionConfig(folder: string): Promise<VisionConfig> {
  return visionConfig(await readModelJson(folder, 'config.json'));
}

/** The same from its contents, with the defaults of transformers. */
export function visionConfig(json: ModelJson): VisionConfig {
  const type = json.model_type;
  if (!isVisionType(type)) throw invalid('model_type', `must be one of ${visionTypes.join(', ')}`, type);
  const family = type === 'vit' ? 'vit' : 'clip';
  const common = typeof json.projection_dim === 'number' ? { projection_dim: json.projection_dim } : {};
  const given = type === 'clip' ? { ...sectionOf(json, 'vision_config'), ...common } : json;
  const fields: Record<string, unknown> = { ...defaults, ...familyDefaults[family], ...given };
  const whole = (name: string): number => wholeNumber(`config.${name}`, fields[name]);
  const config: VisionConfig = {
    family,
    layers: whole('num_hidden_layers'),
    heads: whole('num_attention_heads'),
    width: whole('hidden_size'),
    hidden: whole('intermediate_size'),
    activation: activationOf('hidden_act', fields.hidden_act),
    epsilon: Number(fields.layer_norm_eps),
    side: whole('image_size'),
    patch: whole('patch_size'),
    projection: whole('projection_dim'),
  };
  if (config.heads < 1 || config.width % config.heads !== 0)
    throw invalid('hidden_size', `must be a multiple of num_attention_heads ${config.heads}`, config.width);
  if (config.patch < 1 || config.side % config.patch !== 0)
    throw invalid('image_size', `must be a multiple of patch_size ${config.patch}`, config.side);
  return config;
}

const invalid = (field: string, rule: string, got: unknown): HoplineError =>
  new HoplineError('MODEL_CONFIG_INVALID', `config.${field} ${rule}, got ${JSON.stringify(got ?? null)}`, {
    hint: 'copy config.json from the same export as the model',
  });
