import { add, embed, init, paddingMask, type Scope, scaledDotProductAttention, tanh, type Value } from '../../nn/index.ts';
import { activate } from '../../nn/layers/feed-forward.ts';
import { torchLayerNorm, torchLinear } from '../torch-weights/torch-layers.ts';
import type { BertConfig } from './bert-config.ts';

export interface BertInputs {
  /** int32 [B, T] */
  readonly ids: Value;
  /** [B, T]: 1 or true where there is a token. */
  readonly keep: Value;
  /** int32 [B, T]: which of two texts a token belongs to. */
  readonly types: Value;
  /** int32 [T]: rows of the position embeddings. */
  readonly positions: Value;
}

export interface BertOptions {
  /** Leave the embeddings as they are when training: their tables are most of a small model. Default false. */
  readonly freezeEmbeddings?: boolean;
}

/** Hidden states [B, T, width] after the last layer. Devlin et al. 2019; parameters under the names and in the layout of transformers'
 *  BertModel, which RoBERTa's share. */
export function bertStates(scope: Scope, inputs: BertInputs, config: BertConfig, options: BertOptions = {}): Value {
  const mask = paddingMask(inputs.keep);
  let states = embeddings(scope.child('embeddings'), inputs, config, options.freezeEmbeddings ?? false);
  for (let i = 0; i < config.layers; i++) states = layer(scope.child(`encoder.layer.${i}`), states, mask, config);
  return states;
}

/** tanh(W first token + b): what a BERT was pre-trained to judge a pair of texts by. states [B, T, D] -> [B, D] */
export const bertPooler = (scope: Scope, first: Value): Value =>
  tanh(torchLinear(scope.child('pooler.dense'), first, first.dim(-1)));

function embeddings(scope: Scope, { ids, types, positions }: BertInputs, config: BertConfig, frozen: boolean): Value {
  const table = (name: string, rows: number): Value => {
    const inner = scope.child(name);
    const shape = [rows, config.width];
    return frozen ? inner.frozen('weight', shape) : inner.param('weight', shape, init.normal(0.02));
  };
  const words = embed(table('word_embeddings', config.vocabulary), ids);
  const places = embed(table('position_embeddings', config.positions), positions);
  const kinds = embed(table('token_type_embeddings', config.tokenTypes), types);
  return torchLayerNorm(scope.child('LayerNorm'), add(add(words, kinds), places), config.epsilon);
}

/** A post-LN transformer layer: LayerNorm follows each residual sum. */
function layer(scope: Scope, x: Value, mask: Value, config: BertConfig): Value {
  const { width, hidden, heads, epsilon } = config;
  const project = (name: string): Value => torchLinear(scope.child(`attention.self.${name}`), x, width);
  const attended = scaledDotProductAttention(project('query'), project('key'), project('value'), heads, { mask });
  const output = torchLinear(scope.child('attention.output.dense'), attended, width);
  const state = torchLayerNorm(scope.child('attention.output.LayerNorm'), add(x, output), epsilon);
  const inner = activate(torchLinear(scope.child('intermediate.dense'), state, hidden), config.activation);
  return torchLayerNorm(
    scope.child('output.LayerNorm'),
    add(state, torchLinear(scope.child('output.dense'), inner, width)),
    epsilon,
  );
}
