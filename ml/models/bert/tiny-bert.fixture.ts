import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { defineInference, gatherRows, type Inference, reshape, type TensorMap, type Value } from '../../nn/index.ts';
import { writeSafetensors } from '../../nn/safetensors/write-safetensors.ts';
import type { ModelJson } from '../generation/captioning/model-json.ts';
import { randomTensors } from '../torch-weights/random-tensors.fixture.ts';
import { writeOnnxGraph } from '../torch-weights/write-onnx-graph.fixture.ts';
import { type BertConfig, type BertType, bertConfig } from './bert-config.ts';
import { bertPooler, bertStates } from './bert-states.ts';

export interface TinyBert {
  /** Default 'bert'. */
  readonly type?: BertType;
  /** Which files hold the weights. Default safetensors. */
  readonly weights?: 'safetensors' | 'onnx';
  /** Names as in old checkpoints with a task's head: `bert.` before them, LayerNorm's `gamma` and `beta`. */
  readonly old?: boolean;
  /** Files that are changed; null leaves the file out. */
  readonly files?: Readonly<Record<string, Record<string, unknown> | readonly unknown[] | null>>;
}

const letters = [...'abcdefghijklmnopqrstuvwxyz'];
const words = ['.', ',', '@', '#', 'the', 'cat', 'sat', 'on', 'mat', 'dog', 'in', 'paris', 'works', 'for', 'lives'];

/** Writes a random BERT or RoBERTa of 2 layers with a WordPiece tokenizer, as transformers and sentence-transformers would. */
export function writeTinyBert(
  folder: string,
  { type = 'bert', weights = 'safetensors', old = false, files = {} }: TinyBert = {},
): string {
  const special = type === 'bert' ? ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'] : ['<s>', '<pad>', '</s>', '<unk>', '<mask>'];
  const [pad, unk, cls, sep] = (type === 'bert' ? [0, 1, 2, 3] : [1, 3, 0, 2]).map((i) => special[i]!) as [
    string,
    string,
    string,
    string,
  ];
  const vocabulary = [...special, ...words, ...letters, ...letters.map((letter) => `##${letter}`)];
  const idOf = (token: string): number => vocabulary.indexOf(token);
  const contents: NonNullable<TinyBert['files']> = {
    'config.json': {
      model_type: type,
      architectures: [type === 'bert' ? 'BertModel' : 'RobertaModel'],
      hidden_act: 'gelu',
      hidden_size: 16,
      intermediate_size: 24,
      layer_norm_eps: 1e-12,
      max_position_embeddings: 24,
      num_attention_heads: 2,
      num_hidden_layers: 2,
      pad_token_id: idOf(pad),
      bos_token_id: idOf(cls),
      eos_token_id: idOf(sep),
      type_vocab_size: type === 'bert' ? 2 : 1,
      vocab_size: vocabulary.length,
    },
    'tokenizer.json': {
      version: '1.0',
      truncation: { max_length: 6, strategy: 'LongestFirst', stride: 0 },
      padding: {
        strategy: { Fixed: 8 },
        direction: 'Right',
        pad_to_multiple_of: null,
        pad_id: idOf(pad),
        pad_type_id: 0,
        pad_token: pad,
      },
      added_tokens: special.map((content) => ({
        id: idOf(content),
        content,
        special: true,
        single_word: false,
        lstrip: false,
        rstrip: false,
        normalized: false,
      })),
      normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true },
      pre_tokenizer: { type: 'BertPreTokenizer' },
      post_processor: {
        type: 'TemplateProcessing',
        single: [
          { SpecialToken: { id: cls, type_id: 0 } },
          { Sequence: { id: 'A', type_id: 0 } },
          { SpecialToken: { id: sep, type_id: 0 } },
        ],
        pair: [],
        special_tokens: Object.fromEntries(
          [cls, sep].map((token) => [token, { id: token, ids: [idOf(token)], tokens: [token] }]),
        ),
      },
      decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
      model: {
        type: 'WordPiece',
        unk_token: unk,
        continuing_subword_prefix: '##',
        max_input_chars_per_word: 100,
        vocab: Object.fromEntries(vocabulary.map((token, id) => [token, id])),
      },
    },
    'tokenizer_config.json': { unk_token: unk, pad_token: pad, cls_token: cls, sep_token: sep, model_max_length: 20 },
  };
  for (const [name, json] of Object.entries({ ...contents, ...files })) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    if (json !== null) writeFileSync(path.join(folder, name), JSON.stringify(json));
  }
  // The weights are those of the plain configuration, whatever a test says in its place.
  const inference = tinyInference(bertConfig(contents['config.json'] as ModelJson));
  const tensors = randomTensors(inference);
  if (weights === 'onnx') writeOnnxGraph(path.join(folder, 'onnx', 'model.onnx'), inference, tensors);
  else
    writeFileSync(
      path.join(folder, 'model.safetensors'),
      writeSafetensors(old ? renamed(tensors) : tensors, { metadata: { format: 'pt' } }),
    );
  return folder;
}

/** The graph as exports have it. Positions are an input here, which few have. */
const tinyInference = (config: BertConfig): Inference =>
  defineInference({
    inputs: [
      { name: 'input_ids', shape: ['batch', 'length'], dtype: 'int64' },
      { name: 'attention_mask', shape: ['batch', 'length'], dtype: 'int64' },
      { name: 'token_type_ids', shape: ['batch', 'length'], dtype: 'int64' },
      { name: 'position_ids', shape: ['batch', 'length'], dtype: 'int64' },
    ],
    forward: (scope, { input_ids: ids, attention_mask: keep, token_type_ids: types, position_ids: positions }) => {
      const states = bertStates(scope, { ids, keep, types, positions }, config);
      const first = reshape(gatherRows(states, scope.constant([0], [1], 'int32'), 1), ['batch', config.width]);
      return { last_hidden_state: states, pooler_output: bertPooler(scope, first) } as Record<string, Value>;
    },
  });

const renamed = (tensors: TensorMap): TensorMap =>
  Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => [
      `bert.${name.replace(/LayerNorm\.weight$/, 'LayerNorm.gamma').replace(/LayerNorm\.bias$/, 'LayerNorm.beta')}`,
      tensor,
    ]),
  );
