import { HoplineError } from '../../../engine/plan/errors.ts';
import type { Activation } from '../../nn/index.ts';
import { type ModelJson, readModelJson, wholeNumber } from '../generation/captioning/model-json.ts';

/** What config.json says of an encoder. */
export interface BertConfig {
  readonly type: BertType;
  readonly layers: number;
  readonly heads: number;
  readonly width: number;
  /** Of the feed-forward layers. */
  readonly hidden: number;
  readonly activation: Activation;
  /** Of every LayerNorm. */
  readonly epsilon: number;
  /** Rows of the word embeddings. */
  readonly vocabulary: number;
  /** Rows of the position embeddings. */
  readonly positions: number;
  /** Position of the first token: RoBERTa counts from pad_token_id + 1. */
  readonly firstPosition: number;
  readonly tokenTypes: number;
  readonly padId: number;
}

export const bertTypes = ['bert', 'roberta', 'xlm-roberta', 'camembert'] as const;
export type BertType = (typeof bertTypes)[number];

export const isBertType = (type: unknown): type is BertType => bertTypes.includes(type as BertType);

const activations: Readonly<Record<string, Activation>> = {
  gelu: 'gelu-erf',
  gelu_new: 'gelu-tanh',
  gelu_pytorch_tanh: 'gelu-tanh',
  gelu_fast: 'gelu-tanh',
  quick_gelu: 'gelu-quick',
  relu: 'relu',
  silu: 'silu',
  swish: 'silu',
};

/** @throws HoplineError MODEL_CONFIG_INVALID */
export function activationOf(where: string, name: unknown): Activation {
  if (typeof name === 'string' && Object.hasOwn(activations, name)) return activations[name]!;
  throw invalid(where, `must be one of ${Object.keys(activations).join(', ')}`, name);
}

/** Reads config.json of BERT and RoBERTa. @throws HoplineError MODEL_FILE_INVALID, MODEL_CONFIG_INVALID, MODEL_NOT_SUPPORTED */
export async function readBertConfig(folder: string): Promise<BertConfig> {
  return bertConfig(await readModelJson(folder, 'config.json'));
}

/** The same from its contents: transformers' BertConfig with its defaults. */
export function bertConfig(json: ModelJson): BertConfig {
  const type = json.model_type;
  if (!isBertType(type)) throw invalid('model_type', `must be one of ${bertTypes.join(', ')}`, type);
  requirePlainEncoder(json);
  const whole = (name: string, ...defaults: number[]): number => wholeNumber(`config.${name}`, json[name], ...defaults);
  const padId = whole('pad_token_id', type === 'bert' ? 0 : 1);
  const config = {
    type,
    layers: whole('num_hidden_layers'),
    heads: whole('num_attention_heads'),
    width: whole('hidden_size'),
    hidden: whole('intermediate_size'),
    activation: activationOf('hidden_act', json.hidden_act ?? 'gelu'),
    epsilon: typeof json.layer_norm_eps === 'number' ? json.layer_norm_eps : 1e-12,
    vocabulary: whole('vocab_size'),
    positions: whole('max_position_embeddings'),
    firstPosition: type === 'bert' ? 0 : padId + 1,
    tokenTypes: whole('type_vocab_size', 2),
    padId,
  };
  const counts = [
    config.layers,
    config.heads,
    config.width,
    config.hidden,
    config.vocabulary,
    config.positions,
    config.tokenTypes,
  ];
  if (counts.some((count) => count < 1)) throw invalid('sizes', 'must be at least 1', Math.min(...counts));
  if (config.width % config.heads !== 0)
    throw invalid('hidden_size', `must be a multiple of num_attention_heads ${config.heads}`, config.width);
  return config;
}

/** Tokens that a text may have. */
export const longestText = ({ positions, firstPosition }: BertConfig): number => positions - firstPosition;

function requirePlainEncoder(json: ModelJson): void {
  const unsupported = (field: string, value: unknown): HoplineError =>
    new HoplineError('MODEL_NOT_SUPPORTED', `config.${field} must be that of a plain encoder, got ${JSON.stringify(value)}`, {
      hint: 'export the model to ONNX, if it is an encoder: onnx/model.onnx is taken as it is',
    });
  const { position_embedding_type: positions = 'absolute', is_decoder: decoder = false } = json;
  if (positions !== 'absolute') throw unsupported('position_embedding_type', positions);
  if (decoder !== false) throw unsupported('is_decoder', decoder);
}

const invalid = (field: string, rule: string, got: unknown): HoplineError =>
  new HoplineError('MODEL_CONFIG_INVALID', `config.${field} ${rule}, got ${JSON.stringify(got ?? null)}`, {
    hint: 'copy config.json from the same export as the model',
  });
