import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { elementType, type OnnxFile, writeOnnxFile } from '../onnx/onnx-file.fixture.ts';

export interface TinyFolder {
  /** Of the inputs and outputs of all three models. Default float32. */
  readonly dtype?: 'float32' | 'float16';
  /** What the U-Net declares. Default a float scalar, as new exports do. */
  readonly timestep?: readonly ['float32' | 'float16' | 'int64' | 'int32', readonly (number | string)[]];
  /** Weight of the U-Net. Default 3.5: texts with a larger mean id make the root of a negative number, so NaN. */
  readonly weight?: number;
  /** Fields of files that are changed; null leaves the file out. Names as in the folder. */
  readonly files?: Readonly<Record<string, Record<string, unknown> | string | null>>;
  readonly opset?: number;
}

/** Ids of the words below. A prompt is cut to 6 ids, [CLS] and [SEP] included. */
const words = ['[PAD]', '[CLS]', '[SEP]', 'one', 'two', 'three'];

/** Writes a text-to-image pipeline of a few operators: the U-Net is tanh(x sqrt(weight - mean id)), the VAE an 8 x 8 stamp for each
 *  latent. Random in nothing, and quick to open. */
export function writeTinyFolder(
  folder: string,
  { dtype = 'float32', timestep, weight = 3.5, files = {}, opset = 11 }: TinyFolder = {},
): string {
  const onnx = (name: string, file: Omit<OnnxFile, 'opset'>): void => {
    mkdirSync(path.join(folder, name), { recursive: true });
    writeOnnxFile(path.join(folder, name, 'model.onnx'), { ...file, opset });
  };
  onnx('text_encoder', {
    inputs: [['input_ids', 'int64', ['batch', 'length']]],
    outputs: [['last_hidden_state', dtype, ['batch', 'length', 1]]],
    nodes: [
      ['Gather', ['table', 'input_ids'], ['rows']],
      ['Cast', ['rows'], ['last_hidden_state'], { to: elementType[dtype] }],
    ],
    constants: { table: { shape: [words.length, 1], data: words.map((_, id) => id) } },
  });
  const [timestepType, timestepShape] = timestep ?? [dtype, []];
  onnx('unet', {
    inputs: [
      ['sample', dtype, ['batch', 4, 'height', 'width']],
      ['timestep', timestepType, timestepShape],
      ['encoder_hidden_states', dtype, ['batch', 'length', 1]],
    ],
    outputs: [['out_sample', dtype, ['batch', 4, 'height', 'width']]],
    nodes: [
      ['Cast', ['encoder_hidden_states'], ['hidden'], { to: elementType.float32 }],
      ['ReduceMean', ['hidden'], ['mean'], { axes: [1, 2], keepdims: 1 }],
      ['Unsqueeze', ['mean'], ['means'], { axes: [3] }],
      ['Sub', ['weight', 'means'], ['rest']],
      ['Sqrt', ['rest'], ['root']],
      ['Cast', ['sample'], ['latents'], { to: elementType.float32 }],
      ['Mul', ['latents', 'root'], ['scaled']],
      ['Tanh', ['scaled'], ['output']],
      ['Cast', ['output'], ['out_sample'], { to: elementType[dtype] }],
    ],
    constants: { weight: { shape: [1], data: [weight] } },
  });
  onnx('vae_decoder', {
    inputs: [['latent_sample', dtype, ['batch', 4, 'height', 'width']]],
    outputs: [['sample', dtype, ['batch', 3, 'rows', 'columns']]],
    nodes: [
      ['Cast', ['latent_sample'], ['latents'], { to: elementType.float32 }],
      ['ConvTranspose', ['latents', 'stamp'], ['picture'], { strides: [8, 8], kernel_shape: [8, 8] }],
      ['Cast', ['picture'], ['sample'], { to: elementType[dtype] }],
    ],
    constants: { stamp: { shape: [4, 3, 8, 8], data: Array.from({ length: 768 }, (_, i) => Math.sin(i) / 40) } },
  });
  for (const [name, content] of Object.entries({ ...configurations, ...files })) {
    if (content === null) continue;
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    const own = configurations[name as keyof typeof configurations];
    writeFileSync(path.join(folder, name), typeof content === 'string' ? content : JSON.stringify({ ...own, ...content }));
  }
  return folder;
}

const configurations = {
  'model_index.json': { _class_name: 'StableDiffusionPipeline' },
  'scheduler/scheduler_config.json': {
    ...{ _class_name: 'DDIMScheduler', beta_start: 0.00085, beta_end: 0.012, beta_schedule: 'scaled_linear', clip_sample: false },
    ...{ set_alpha_to_one: false, steps_offset: 1, prediction_type: 'epsilon', timestep_spacing: 'leading' },
  },
  'text_encoder/config.json': { vocab_size: words.length },
  'unet/config.json': { sample_size: 8 },
  'vae_decoder/config.json': { block_out_channels: [1, 1, 1, 1], scaling_factor: 0.5 },
  'tokenizer/tokenizer_config.json': { pad_token: '[PAD]', model_max_length: 6 },
  'tokenizer/tokenizer.json': {
    ...{ version: '1.0', truncation: null, padding: null },
    added_tokens: words.slice(0, 3).map((content, id) => ({ id, content, special: true, normalized: false })),
    normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: { type: 'BertProcessing', sep: ['[SEP]', 2], cls: ['[CLS]', 1] },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      ...{ type: 'WordPiece', unk_token: '[PAD]', continuing_subword_prefix: '##', max_input_chars_per_word: 100 },
      vocab: Object.fromEntries(words.map((word, id) => [word, id])),
    },
  },
};
