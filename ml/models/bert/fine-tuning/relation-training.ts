import {
  adamW,
  argmax,
  cast,
  crossEntropy,
  defineTraining,
  dropout,
  equal,
  mean,
  reshape,
  type Training,
  takeRows,
} from '../../../nn/index.ts';
import { torchLinear } from '../../torch-weights/torch-layers.ts';
import type { BertConfig } from '../bert-config.ts';
import { bertStates } from '../bert-states.ts';

export interface RelationShape {
  readonly classes: number;
  /** Rows of a step. */
  readonly batch: number;
  /** Tokens of a row. */
  readonly length: number;
  /** Share of the pair's vector that is dropped. */
  readonly dropout: number;
  readonly freezeEmbeddings: boolean;
}

/** The name of the layer over the pair's vector; what it holds lies beside the encoder's tensors in a checkpoint. */
export const CLASSIFIER = 'classifier';

/** Relation classification with entity markers: the states at the two marks, side by side, -> logits. Soares et al. 2019, "entity start".
 *  Who comes when and what is dropped are inputs: the graph has no randomness of its own. */
export function relationTraining(config: BertConfig, shape: RelationShape): Training {
  const { batch, length, classes, freezeEmbeddings } = shape;
  return defineTraining({
    batch: [
      { name: 'ids', shape: [batch, length], dtype: 'int32' },
      { name: 'keep', shape: [batch, length], dtype: 'bool' },
      { name: 'types', shape: [batch, length], dtype: 'int32' },
      { name: 'positions', shape: [length], dtype: 'int32' },
      { name: 'marks', shape: [batch, 2], dtype: 'int32' },
      { name: 'kept', shape: [batch, 2 * config.width], dtype: 'bool' },
      { name: 'labels', shape: [batch], dtype: 'int32' },
    ],
    loss: (scope, inputs) => {
      const { labels, marks, kept } = inputs;
      const states = bertStates(scope, inputs, config, { freezeEmbeddings });
      const pair = reshape(takeRows(states, marks), [batch, 2 * config.width]);
      const logits = torchLinear(scope.child(CLASSIFIER), dropout(pair, kept, shape.dropout), classes);
      const hit = cast(equal(argmax(logits), labels), 'float32');
      return { loss: crossEntropy(logits, labels), metrics: { accuracy: mean(hit) } };
    },
    // Decay and clipping of transformers' fine-tuning scripts.
    optimizer: adamW({ weightDecay: 0.01, clipNorm: 1 }),
  }) as unknown as Training;
}
