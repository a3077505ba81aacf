import type { TensorMap } from '../../../nn/index.ts';
import { openTokenizer } from '../../tokenizer/index.ts';
import { missingTensor, torchWeights } from '../../torch-weights/read-torch-weights.ts';
import { batchesByLength } from '../batches-by-length.ts';
import { longestText, readBertConfig } from '../bert-config.ts';
import type { BertNetworkOptions } from '../bert-network.ts';
import { BERT_LANDMARK, bertFromTensors } from '../open-safetensors-bert.ts';
import { tokenBatch } from '../token-batch.ts';
import { type MarkedPair, markedText } from './marked-text.ts';
import { CLASSIFIER } from './relation-training.ts';

/** Tells relations of marked pairs. */
export interface RelationClassifier {
  /** Scores of every class, before any softmax, in the order of the pairs. */
  predict(pairs: readonly MarkedPair[]): Promise<Float32Array[]>;
  close(): Promise<void>;
}

export interface RelationClassifierOptions extends BertNetworkOptions {
  /** Tokens of a text. Default 64, or the model's positions; best as in training. */
  readonly maxLength?: number;
}

/** Opens what a fine-tuner exported.
 *  @param folder whose config.json and tokenizer the model was trained with
 *  @param model bytes of its model.safetensors @throws HoplineError MODEL_*, TOKENIZER_*, SAFETENSORS_INVALID */
export async function openRelationClassifier(
  folder: string,
  model: Uint8Array,
  options: RelationClassifierOptions = {},
): Promise<RelationClassifier> {
  const config = await readBertConfig(folder);
  const tokenizer = await openTokenizer(folder);
  const { tensors } = torchWeights(model, BERT_LANDMARK);
  const head = headOf(tensors, 2 * config.width);
  const network = await bertFromTensors(tensors, config, options);
  const maxLength = options.maxLength ?? Math.min(64, longestText(config));
  return {
    async predict(pairs) {
      const texts = pairs.map((pair, place) => ({ place, ...markedText(tokenizer, pair, maxLength) }));
      const logits: Float32Array[] = [];
      for (const batch of batchesByLength(texts)) {
        const padded = tokenBatch(
          batch.map(({ ids }) => ids),
          config,
        );
        const { states } = await network.run(padded);
        for (const [row, { place, marks }] of batch.entries()) {
          const stateAt = (mark: number): Float32Array => {
            const from = (row * padded.length + mark) * config.width;
            return states.subarray(from, from + config.width);
          };
          logits[place] = head([...stateAt(marks[0]), ...stateAt(marks[1])]);
        }
      }
      return logits;
    },
    close: () => network.close(),
  };
}

/** The layer over a pair's vector, as plain arithmetic: some twenty rows. */
function headOf(tensors: TensorMap, size: number): (pair: readonly number[]) => Float32Array {
  const [weight, bias] = [tensors[`${CLASSIFIER}.weight`], tensors[`${CLASSIFIER}.bias`]];
  if (!weight || !bias || weight.shape[1] !== size)
    throw missingTensor(
      `${CLASSIFIER}.weight as float32 [classes, ${size}]`,
      weight ? `[${weight.shape.join(', ')}]` : 'nothing',
    );
  const [rows, shifts] = [weight.data as Float32Array, bias.data as Float32Array];
  return (pair) => Float32Array.from(shifts, (shift, row) => pair.reduce((sum, x, i) => sum + x * rows[row * size + i]!, shift));
}
