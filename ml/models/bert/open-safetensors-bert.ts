import { defineInference, floats, gatherRows, reshape, type TensorMap, type Value } from '../../nn/index.ts';
import { requireNoNaN } from '../onnx/index.ts';
import { openTorchInference } from '../torch-weights/open-torch-inference.ts';
import { readTorchWeights, type TorchWeights, WEIGHTS_FILE } from '../torch-weights/read-torch-weights.ts';
import type { BertConfig } from './bert-config.ts';
import type { BertNetwork, BertNetworkOptions } from './bert-network.ts';
import { bertPooler, bertStates } from './bert-states.ts';

/** A tensor that every BERT has. */
export const BERT_LANDMARK = 'embeddings.word_embeddings.weight';

export const readBertWeights = (folder: string): Promise<TorchWeights> => readTorchWeights(folder, BERT_LANDMARK);

/** Opens a BERT from model.safetensors. @throws HoplineError MODEL_*, SAFETENSORS_INVALID */
export async function openSafetensorsBert(
  folder: string,
  config: BertConfig,
  options: BertNetworkOptions = {},
): Promise<BertNetwork> {
  return bertFromTensors((await readBertWeights(folder)).tensors, config, options);
}

/** Builds a BERT around the tensors of a checkpoint. @throws HoplineError MODEL_TENSOR_MISSING, MODEL_TOO_LARGE, MODEL_DEVICE_FAILED */
export async function bertFromTensors(
  tensors: TensorMap,
  config: BertConfig,
  options: BertNetworkOptions = {},
): Promise<BertNetwork> {
  const hasPooler = 'pooler.dense.weight' in tensors;
  const model = await openTorchInference(bertInference(config, hasPooler), tensors, options);
  return {
    fixed: {},
    hasPooler,
    async run({ size, length, ids, keep, types, positions }) {
      const shape = [size, length];
      const outputs = await model.run({
        ids: { data: ids, shape },
        keep: { data: keep, shape },
        types: { data: types, shape },
        positions: { data: positions, shape: [length] },
      });
      const states = floats(outputs.states!);
      requireNoNaN(`${WEIGHTS_FILE} output`, states);
      return { states, ...(outputs.pooler && { pooler: floats(outputs.pooler) }) };
    },
    close: () => model.close(),
  };
}

/** The graph for texts of any number and length. */
const bertInference = (config: BertConfig, hasPooler: boolean) =>
  defineInference({
    inputs: [
      { name: 'ids', shape: ['batch', 'length'], dtype: 'int32' },
      { name: 'keep', shape: ['batch', 'length'], dtype: 'bool' },
      { name: 'types', shape: ['batch', 'length'], dtype: 'int32' },
      { name: 'positions', shape: ['length'], dtype: 'int32' },
    ],
    forward: (scope, inputs): Record<string, Value> => {
      const states = bertStates(scope, inputs, config);
      if (!hasPooler) return { states };
      const first = gatherRows(states, scope.constant([0], [1], 'int32'), 1);
      return { states, pooler: bertPooler(scope, reshape(first, ['batch', config.width])) };
    },
  });
