import { Philox } from '../../engine/plan/philox.ts';
import {
  adamW,
  add,
  type BatchSpec,
  causalMask,
  crossEntropy,
  defineTraining,
  embedding,
  init,
  layerNorm,
  linear,
  mean,
  positions,
  prefixMask,
  relu,
  type Scope,
  slice,
  type TensorData,
  type Training,
  transformerBlock,
  type Value,
} from '../../ml/nn/index.ts';

export interface Workload {
  readonly name: 'mlp' | 'transformer-classifier' | 'transformer-lm' | 'image-generator';
  readonly what: string;
  readonly training: Training;
  /** Largest integer + 1 of each integer input. */
  readonly limits: Readonly<Record<string, number>>;
  /** Steps of one measurement. */
  readonly steps: number;
}

interface TransformerSize {
  readonly layers: number;
  readonly width: number;
  readonly heads: number;
  readonly vocabulary: number;
  readonly length: number;
}

function transformer(scope: Scope, tokens: Value, size: TransformerSize, mask?: Value): Value {
  let state = add(
    embedding(scope.child('tokens'), tokens, size.vocabulary, size.width),
    positions(scope.child('positions'), size.length, size.width),
  );
  for (let i = 0; i < size.layers; i++) state = transformerBlock(scope.child(`block${i}`), state, { heads: size.heads, mask });
  return layerNorm(scope.child('norm'), state);
}

/** Plain Adam, as the peer runs it. */
const optimizer = adamW();
const base: TransformerSize = { layers: 4, width: 256, heads: 4, vocabulary: 8192, length: 64 };
const tiny: TransformerSize = { layers: 4, width: 96, heads: 4, vocabulary: 560, length: 48 };
const hidden = (scope: Scope, x: Value): Value => relu(linear(scope, x, 512, { init: init.kaiming }));
/** Erases the names of the inputs, so that workloads of different inputs stand in one list. */
const anyTraining = <B extends readonly BatchSpec[], M extends string>(training: Training<B, M>): Training =>
  training as unknown as Training;

export const workloads: readonly Workload[] = [
  {
    name: 'mlp',
    what: '784-512-512-10, batch 128, 0.67M parameters',
    steps: 40,
    limits: { label: 10 },
    training: anyTraining(
      defineTraining({
        batch: [
          { name: 'x', shape: [128, 784], dtype: 'float32' },
          { name: 'label', shape: [128], dtype: 'int32' },
        ],
        loss: (scope, { x, label }) => ({
          loss: crossEntropy(
            linear(scope.child('out'), hidden(scope.child('second'), hidden(scope.child('first'), x)), 10),
            label,
          ),
        }),
        optimizer,
      }),
    ),
  },
  {
    name: 'transformer-classifier',
    what: '4 layers, width 256, 4 heads, 64 tokens, batch 32, vocabulary 8192, 10 classes, 5.3M parameters',
    steps: 4,
    limits: { tokens: base.vocabulary, label: 10 },
    training: anyTraining(
      defineTraining({
        batch: [
          { name: 'tokens', shape: [32, 64], dtype: 'int32' },
          { name: 'label', shape: [32], dtype: 'int32' },
        ],
        loss: (scope, { tokens, label }) => ({
          loss: crossEntropy(linear(scope.child('head'), mean(transformer(scope, tokens, base), 1), 10), label),
        }),
        optimizer,
      }),
    ),
  },
  {
    name: 'transformer-lm',
    what: 'the same body, causal, with a head of 8192, 7.4M parameters',
    steps: 4,
    limits: { tokens: base.vocabulary, label: base.vocabulary },
    training: anyTraining(
      defineTraining({
        batch: [
          { name: 'tokens', shape: [32, 64], dtype: 'int32' },
          { name: 'label', shape: [32, 64], dtype: 'int32' },
        ],
        loss: (scope, { tokens, label }) => {
          const state = transformer(scope, tokens, base, causalMask(scope, base.length));
          return { loss: crossEntropy(linear(scope.child('head'), state, base.vocabulary, { bias: false }), label) };
        },
        optimizer,
      }),
    ),
  },
  {
    name: 'image-generator',
    what: '4 layers, width 96, 48 tokens (12 of text), batch 64, 512-way on 36 positions, 0.55M parameters, decay and clipping',
    steps: 20,
    limits: { tokens: tiny.vocabulary, label: 512 },
    training: anyTraining(
      defineTraining({
        batch: [
          { name: 'tokens', shape: [64, 48], dtype: 'int32' },
          { name: 'label', shape: [64, 36], dtype: 'int32' },
        ],
        loss: (scope, { tokens, label }) => {
          const state = transformer(scope, tokens, tiny, prefixMask(scope, tiny.length, 12));
          return { loss: crossEntropy(linear(scope.child('head'), slice(state, 1, 12), 512, { bias: false }), label) };
        },
        optimizer: adamW({ betas: [0.9, 0.98], weightDecay: 0.02, clipNorm: 1 }),
      }),
    ),
  },
];

/** Random inputs for one measurement. */
export function randomBatches({ training, limits, steps }: Workload): Record<string, TensorData> {
  const random = new Philox(1n);
  return Object.fromEntries(
    training.batch.map(({ name, shape, dtype }) => {
      const count = steps * shape.reduce((product, dim) => product * dim, 1);
      if (dtype === 'float32') return [name, random.fillNormal(new Float32Array(count))];
      return [name, Int32Array.from({ length: count }, () => random.int(limits[name] ?? 2))];
    }),
  );
}
