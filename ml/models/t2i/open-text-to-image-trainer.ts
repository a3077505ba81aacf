import type { Philox } from '../../../engine/plan/philox.ts';
import {
  adamW,
  add,
  crossEntropy,
  defineTraining,
  loadCheckpoint,
  mean,
  mul,
  openTrainer,
  prefixMask,
  slice,
  transformerBlock,
  type Value,
  warmupCosine,
} from '../../nn/index.ts';
import { type EpochTrainer, initialCheckpoint, runEpoch } from '../epoch-trainer.ts';
import { readModelFile, withPrefix, writeModelFile } from '../model-file.ts';
import { openVqCodec } from '../vq-codebook/open-vq-codec.ts';
import { drawnLogits, embedSequence, HEADS, HIDDEN, LAYERS } from './text-to-image.ts';
import { CAPTION, DRAWN, PLAN, POSITIONS } from './token-layout.ts';
import { drawTrainingBatches, TRAINING_BATCH } from './training-batches.ts';

export interface TextToImageTrainerOptions {
  threads?: number;
  /** The codebook's model file; it becomes a part of the generator's. */
  codebook: Uint8Array;
  /** Default 40. */
  epochs?: number;
  /** Default 100. */
  stepsPerEpoch?: number;
}

/** A plan token weighs about 2.5 picture tokens: the relation is one token of 43. */
const PLAN_WEIGHT = 0.5;

const training = defineTraining({
  batch: [
    { name: 'caption', shape: [TRAINING_BATCH, CAPTION], dtype: 'int32' },
    { name: 'drawn', shape: [TRAINING_BATCH, DRAWN], dtype: 'int32' },
  ],
  loss: (scope, { caption, drawn }) => {
    let state = embedSequence(scope, caption, slice(drawn, 1, 0, DRAWN - 1));
    const mask = prefixMask(scope, POSITIONS, CAPTION);
    for (let i = 0; i < LAYERS; i++)
      state = transformerBlock(scope.child(`block${i}`), state, { heads: HEADS, hidden: HIDDEN, mask });
    const logits = drawnLogits(scope, slice(state, 1, CAPTION - 1, POSITIONS));
    const losses = crossEntropy(logits, drawn, { reduction: 'none' });
    const part = (from: number, to: number): Value => mean(slice(losses, 1, from, to));
    const planLoss = part(0, PLAN);
    const pictureLoss = part(PLAN, DRAWN);
    return { loss: add(pictureLoss, mul(planLoss, PLAN_WEIGHT)), metrics: { relationLoss: part(0, 1), planLoss, pictureLoss } };
  },
  optimizer: adamW({ betas: [0.9, 0.98], weightDecay: 0.02, clipNorm: 1 }),
});

/** The generator: words -> where the two objects stand -> picture codes, one after the other. The plan is what makes relations cheap to
 *  learn: without it the picture codes alone had to discover them (about 0.09 nats of conditional gap after 4500 steps). */
export async function openTextToImageTrainer({
  threads = 1,
  codebook,
  epochs = 40,
  stepsPerEpoch = 100,
}: TextToImageTrainerOptions): Promise<EpochTrainer> {
  const trainer = await openTrainer(training, { threads });
  const codec = await openVqCodec(codebook, { threads });
  const learningRate = warmupCosine({
    peak: 2e-3,
    warmup: Math.min(100, stepsPerEpoch),
    total: epochs * stepsPerEpoch,
    floor: 2e-5,
  });
  const plan = {
    trainer,
    stepsPerEpoch,
    learningRate,
    batches: (random: Philox, steps: number) => drawTrainingBatches(random, steps, codec),
  };
  return {
    epochs,
    init: (seed) => initialCheckpoint(trainer, seed, 3),
    epoch: (state, epoch, seed) => runEpoch(plan, state, epoch, seed),
    exportModel(state, metadata) {
      const codes = withPrefix('codebook', readModelFile('tiny-vq-codebook', codebook));
      return writeModelFile('tiny-t2i', { ...withPrefix('generator', loadCheckpoint(state).state.params), ...codes }, metadata);
    },
    async close() {
      await trainer.close();
      await codec.close();
    },
  };
}
