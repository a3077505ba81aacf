import path from 'node:path';
import { HoplineError } from '../../../engine/plan/errors.ts';
import { readModelJson } from '../generation/captioning/model-json.ts';
import { findOnnxFile } from '../generation/decoder/find-onnx-file.ts';
import { type ModelTokenizer, openTokenizer, requireVocabulary } from '../tokenizer/index.ts';
import { type BertConfig, longestText, readBertConfig } from './bert-config.ts';
import type { BertNetwork, BertNetworkOptions } from './bert-network.ts';
import { openOnnxBert } from './open-onnx-bert.ts';
import { openSafetensorsBert } from './open-safetensors-bert.ts';
import { type Pooling, readPooling } from './pooling.ts';
import { readModules } from './sentence-modules.ts';
import { type TextModel, textModel } from './text-model.ts';

export interface TextEncoderOptions extends BertNetworkOptions {
  /** Default: what modules.json and its Pooling say; the plain mean where there are none. */
  readonly pooling?: Pooling;
}

/** Opens a text encoder of the BERT family from a local folder: config.json, tokenizer.json and onnx/model.onnx, model.onnx or
 *  model.safetensors (in this order), with or without the files of sentence-transformers.
 *  @throws HoplineError MODEL_*, TOKENIZER_*, SAFETENSORS_INVALID */
export async function openTextEncoder(folder: string, options: TextEncoderOptions = {}): Promise<TextModel> {
  const inner = await transformerFolder(folder);
  const config = await readBertConfig(inner);
  const tokenizer = await openTokenizer(inner);
  requireVocabulary(tokenizer, config.vocabulary, 'config');
  const pooling = options.pooling ?? (await readPooling(folder));
  const { longest, lowerCase } = await textLimits(inner, config, tokenizer);
  const network = await openNetwork(inner, config, options);
  try {
    requirePooler(pooling, network);
  } catch (error) {
    await network.close();
    throw error;
  }
  const most = Math.min(longestText(config), network.fixed.length ?? Number.POSITIVE_INFINITY);
  return textModel({ config, tokenizer, pooling, network, longest: Math.min(longest, most), most, lowerCase });
}

function openNetwork(folder: string, config: BertConfig, options: BertNetworkOptions): Promise<BertNetwork> {
  const onnx = findOnnxFile(folder, ['model']);
  return onnx ? openOnnxBert(onnx, config, options) : openSafetensorsBert(folder, config, options);
}

/** Where the transformer's own files lie: sentence-transformers may keep them in a folder of their own. */
async function transformerFolder(folder: string): Promise<string> {
  const transformer = (await readModules(folder))?.find(({ kind }) => kind === 'Transformer');
  return path.join(folder, transformer?.path ?? '');
}

/** How many tokens a text is cut to. sentence_bert_config.json goes before the tokenizer's own limit; the model's positions end both. */
async function textLimits(
  folder: string,
  config: BertConfig,
  tokenizer: ModelTokenizer,
): Promise<{ longest: number; lowerCase: boolean }> {
  const { max_seq_length: given, do_lower_case: lowerCase = false } = await readModelJson(folder, 'sentence_bert_config.json');
  const wanted = Number.isInteger(given) && (given as number) > 0 ? (given as number) : tokenizer.modelMaxLength;
  return { longest: Math.min(wanted ?? longestText(config), longestText(config)), lowerCase: lowerCase === true };
}

function requirePooler({ modes }: Pooling, { hasPooler }: BertNetwork): void {
  if (hasPooler || !modes.includes('pooler')) return;
  throw new HoplineError('MODEL_TENSOR_MISSING', 'options.pooling pooler must be in the model, got a model without pooler.dense');
}
