import type { Philox } from '../../../engine/plan/philox.ts';
import { drawScene } from '../../data/scenes/render-scene.ts';
import { sampleScene } from '../../data/scenes/sample-scene.ts';
import type { Scene } from '../../data/scenes/scene-object.ts';
import {
  adamW,
  add,
  argmax,
  binaryCrossEntropy,
  cast,
  crossEntropy,
  defineTraining,
  div,
  equal,
  loadCheckpoint,
  mul,
  not,
  openTrainer,
  sum,
  warmupCosine,
} from '../../nn/index.ts';
import { type EpochTrainer, initialCheckpoint, runEpoch, type StackedBatches } from '../epoch-trainer.ts';
import { DESCRIPTION_FEATURES } from '../mini-clip/mini-clip.ts';
import { type DescriptionEncoder, openDescriptionEncoder } from '../mini-clip/open-mini-clip.ts';
import { readModelFile, withPrefix, writeModelFile } from '../model-file.ts';
import { openVqCodec, type VqCodec } from '../vq-codebook/open-vq-codec.ts';
import { reconstructHalf } from '../vq-codebook/reconstruct-half.ts';
import { type CaptionTarget, captionTarget, IGNORED } from './caption-targets.ts';
import { PAIRS, planLogits, WRITTEN, writeLogits } from './captioner.ts';

export interface CaptionerTrainerOptions {
  threads?: number;
  /** The codebook's model file. */
  codebook: Uint8Array;
  /** The mini-CLIP's model file; it becomes a part of the captioner's. */
  miniClip: Uint8Array;
  /** Default 14. */
  epochs?: number;
  /** Default 100. */
  stepsPerEpoch?: number;
}

const BATCH = 128;
/** 2 to 5 objects. */
const DISTRIBUTION = { counts: [0.5, 0.3, 0.15, 0.05] };

const training = defineTraining({
  batch: [
    { name: 'features', shape: [BATCH, 9, DESCRIPTION_FEATURES], dtype: 'float32' },
    { name: 'say', shape: [BATCH, PAIRS], dtype: 'float32' },
    { name: 'relations', shape: [BATCH, PAIRS], dtype: 'int32' },
    { name: 'relation', shape: [BATCH], dtype: 'int32' },
    { name: 'head', shape: [BATCH, 2], dtype: 'int32' },
    { name: 'tail', shape: [BATCH, 2], dtype: 'int32' },
    { name: 'words', shape: [BATCH, WRITTEN], dtype: 'int32' },
    { name: 'nextWords', shape: [BATCH, WRITTEN], dtype: 'int32' },
  ],
  loss: (scope, { features, say, relations, nextWords, ...plan }) => {
    const planned = planLogits(scope.child('plan'), features);
    const ordered = scope.constant(
      Float32Array.from({ length: PAIRS }, (_, pair) => (pair % 10 === 0 ? 0 : 1)),
      [PAIRS],
    );
    const weights = mul(add(mul(say, 0), 1), ordered);
    const sayLoss = binaryCrossEntropy(planned.say, say, { weights });
    const relationLoss = crossEntropy(planned.relation, relations, { ignore: IGNORED });
    const textLoss = crossEntropy(writeLogits(scope.child('writer'), plan), nextWords, { ignore: IGNORED });
    const known = cast(not(equal(relations, IGNORED)), 'float32');
    const isRight = mul(cast(equal(argmax(planned.relation), relations), 'float32'), known);
    return {
      loss: add(textLoss, add(mul(sayLoss, 2), mul(relationLoss, 0.5))),
      metrics: { sayLoss, relationLoss, textLoss, relationAccuracy: div(sum(isRight), sum(known)) },
    };
  },
  optimizer: adamW({ betas: [0.9, 0.98], weightDecay: 0.01, clipNorm: 1 }),
});

/** Plan, then write: which pairs can be said, in which relation, and a text of the chosen plan. */
export async function openCaptionerTrainer({
  threads = 1,
  codebook,
  miniClip,
  epochs = 14,
  stepsPerEpoch = 100,
}: CaptionerTrainerOptions): Promise<EpochTrainer> {
  const trainer = await openTrainer(training, { threads });
  const codec = await openVqCodec(codebook, { threads });
  const encoderParams = readModelFile('tiny-mini-clip', miniClip);
  const encoder = await openDescriptionEncoder(encoderParams, { threads });
  const learningRate = warmupCosine({ peak: 3e-3, warmup: Math.min(100, stepsPerEpoch), total: epochs * stepsPerEpoch });
  const plan = {
    trainer,
    stepsPerEpoch,
    learningRate,
    batches: (random: Philox, steps: number) => makeBatches(random, steps, codec, encoder),
  };
  return {
    epochs,
    init: (seed) => initialCheckpoint(trainer, seed, 3),
    epoch: (state, epoch, seed) => runEpoch(plan, state, epoch, seed),
    exportModel: (state, metadata) =>
      writeModelFile(
        'tiny-captioner',
        { ...withPrefix('captioner', loadCheckpoint(state).state.params), ...withPrefix('miniClip', encoderParams) },
        metadata,
      ),
    async close() {
      await trainer.close();
      await codec.close();
      await encoder.close();
    },
  };
}

async function makeBatches(random: Philox, steps: number, codec: VqCodec, encoder: DescriptionEncoder): Promise<StackedBatches> {
  const drawn = Array.from({ length: steps * BATCH }, () => drawTarget(random));
  const pictures = await reconstructHalf(
    drawn.map(({ scene }) => drawScene(scene).pixels),
    codec,
  );
  const features = await encoder.encode(pictures);
  const targets = drawn.map(({ target }) => target);
  return {
    features: joinFloats(features),
    say: joinFloats(targets.map(({ say }) => say)),
    relations: joinInts(targets.map(({ relations }) => relations)),
    relation: Int32Array.from(targets, ({ relation }) => relation),
    head: joinInts(targets.map(({ head }) => head)),
    tail: joinInts(targets.map(({ tail }) => tail)),
    words: joinInts(targets.map(({ words }) => words)),
    nextWords: joinInts(targets.map(({ nextWords }) => nextWords)),
  };
}

function drawTarget(random: Philox): { scene: Scene; target: CaptionTarget } {
  for (;;) {
    const scene = sampleScene(random, DISTRIBUTION, 'pretraining');
    const target = captionTarget(scene, random);
    if (target) return { scene, target };
  }
}

function joinFloats(rows: readonly Float32Array[]): Float32Array {
  const joined = new Float32Array(rows.length * (rows[0]?.length ?? 0));
  for (const [i, row] of rows.entries()) joined.set(row, i * row.length);
  return joined;
}

const joinInts = (rows: readonly ArrayLike<number>[]): Int32Array => Int32Array.from(rows.flatMap((row) => Array.from(row)));
