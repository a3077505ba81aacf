import type { ModelAdapter, ModelFolder, TrialOptions } from '../../engine/plan/model-adapter.ts';
import { isBertType } from './bert/bert-config.ts';
import { isVisionType } from './image-encoder/vision-config.ts';
import { testCard } from './test-card.ts';

const TEXTS = ['a red circle above a blue square', 'Bill Gates founded Microsoft in 1975.'];
const CPU: TrialOptions = { device: 'cpu', threads: 1 };

/** Whether a folder has weights that an encoder reads, and a config.json of one of its types. */
async function isOf({ files, json }: ModelFolder, isType: (type: unknown) => boolean): Promise<boolean> {
  const { model_type: type } = ((await json('config.json')) ?? {}) as { model_type?: unknown };
  return isType(type) && files.some((file) => file.endsWith('.safetensors') || file.endsWith('.onnx'));
}

export const bertAdapter: ModelAdapter = {
  name: 'bert',
  description: 'text to vectors: BERT, RoBERTa and sentence encoders, safetensors or ONNX',
  // A model of sentence-transformers may keep its transformer in a folder of its own.
  recognises: async (folder) => (await isOf(folder, isBertType)) || folder.files.includes('sentence_bert_config.json'),
  async check({ path }) {
    await textTrial(path, CPU);
  },
  trial: textTrial,
};

export const imageEncoderAdapter: ModelAdapter = {
  name: 'image-encoder',
  description: "pictures to vectors: CLIP's vision side and ViT, safetensors or ONNX",
  recognises: (folder) => isOf(folder, isVisionType),
  async check({ path }) {
    await imageTrial(path, CPU);
  },
  trial: imageTrial,
};

async function textTrial(folder: string, options: TrialOptions): Promise<Record<string, Float32Array>> {
  const { openTextEncoder } = await import('./bert/index.ts');
  const model = await openTextEncoder(folder, options);
  try {
    return vectorsOf(await model.encode(TEXTS));
  } finally {
    await model.close();
  }
}

async function imageTrial(folder: string, options: TrialOptions): Promise<Record<string, Float32Array>> {
  const { openImageEncoder } = await import('./image-encoder/index.ts');
  const model = await openImageEncoder(folder, options);
  try {
    return vectorsOf(await model.encode([await testCard()]));
  } finally {
    await model.close();
  }
}

function vectorsOf(encodings: readonly ({ readonly pooled: Float32Array } | Error)[]): Record<string, Float32Array> {
  return Object.fromEntries(
    encodings.map((one, i) => {
      if (one instanceof Error) throw one;
      return [`pooled ${i}`, one.pooled];
    }),
  );
}
