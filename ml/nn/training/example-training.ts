import { createHash } from 'node:crypto';
import { Philox } from '../../../engine/plan/philox.ts';
import {
  adamW,
  add,
  causalMask,
  crossEntropy,
  defineTraining,
  embedding,
  layerNorm,
  linear,
  openTrainer,
  positions,
  type Scope,
  type TensorData,
  type TrainingState,
  transformerBlock,
  type Value,
} from '../index.ts';

/** Vocabulary, tokens per row and rows of the example: large enough that every op is split among threads. */
export const example = { vocabulary: 300, length: 32, width: 64, rows: 16 };

/** A small language model [B, T] -> logits [B, T, V]: the subject of the tests of training and inference. */
export function exampleModel(scope: Scope, tokens: Value): Value {
  const { vocabulary, length, width } = example;
  let state = add(
    embedding(scope.child('tokens'), tokens, vocabulary, width),
    positions(scope.child('positions'), length, width),
  );
  for (let i = 0; i < 2; i++)
    state = transformerBlock(scope.child(`block${i}`), state, { heads: 4, mask: causalMask(scope, length) });
  return linear(scope.child('head'), layerNorm(scope.child('norm'), state), vocabulary, { bias: false });
}

const shape = [example.rows, example.length] as const;
export const exampleTraining = defineTraining({
  batch: [
    { name: 'tokens', shape, dtype: 'int32' },
    { name: 'next', shape, dtype: 'int32' },
  ],
  loss: (scope, { tokens, next }) => ({ loss: crossEntropy(exampleModel(scope, tokens), next) }),
  optimizer: adamW({ weightDecay: 0.1, clipNorm: 1 }),
});

/** Batches for `steps` steps: x -> 3x + 1. */
export function exampleBatches(random: Philox, steps: number): { tokens: Int32Array; next: Int32Array } {
  const tokens = Int32Array.from({ length: steps * example.rows * example.length }, () => random.int(example.vocabulary));
  return { tokens, next: tokens.map((token) => (3 * token + 1) % example.vocabulary) };
}

/** SHA-256 over all parameters and moments. */
export function stateDigest(state: TrainingState): string {
  const hash = createHash('sha256').update(String(state.step));
  for (const part of [state.params, state.m, state.v]) {
    for (const name of Object.keys(part).sort()) {
      const data: TensorData = part[name]!.data;
      hash.update(name).update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    }
  }
  return hash.digest('hex');
}

/** The state after six steps from seed 5: what every process must agree on. */
export async function exampleDigest(threads: number): Promise<string> {
  const trainer = await openTrainer(exampleTraining, { threads });
  try {
    const { state } = await trainer.run(trainer.init(5), exampleBatches(new Philox(9n), 6), new Float32Array(6).fill(1e-3));
    return stateDigest(state);
  } finally {
    await trainer.close();
  }
}
