import type { Philox } from '../../../engine/plan/philox.ts';
import { drawScene } from '../../data/scenes/render-scene.ts';
import { sampleScene } from '../../data/scenes/sample-scene.ts';
import { descriptionIndex, type Scene } from '../../data/scenes/scene-object.ts';
import {
  adamW,
  binaryCrossEntropy,
  cast,
  defineTraining,
  equal,
  greater,
  loadCheckpoint,
  mean,
  openTrainer,
  warmupCosine,
} from '../../nn/index.ts';
import { type EpochTrainer, initialCheckpoint, runEpoch, type StackedBatches } from '../epoch-trainer.ts';
import { writeModelFile } from '../model-file.ts';
import { openVqCodec, type VqCodec } from '../vq-codebook/open-vq-codec.ts';
import { reconstructHalf } from '../vq-codebook/reconstruct-half.ts';
import { matches, presence, windowFeatures } from './mini-clip.ts';
import { PADDED_SIZE, padPixels } from './padded-pixels.ts';

export interface MiniClipTrainerOptions {
  threads?: number;
  /** The codebook's model file. */
  codebook: Uint8Array;
  /** Default 30: presence accuracy .931 after 15 epochs of their schedule, .946 after 40, half of the pictures through the codebook. */
  epochs?: number;
  /** Default 100. */
  stepsPerEpoch?: number;
}

const BATCH = 64;
/** 2 to 6 objects. */
const DISTRIBUTION = { counts: [1, 1, 1, 1, 1] };

const training = defineTraining({
  batch: [
    { name: 'pixels', shape: [BATCH, PADDED_SIZE], dtype: 'float32' },
    { name: 'present', shape: [BATCH, 9], dtype: 'float32' },
  ],
  loss: (scope, { pixels, present }) => {
    const logits = presence(scope, matches(scope, windowFeatures(scope, pixels)));
    const isRight = equal(cast(greater(logits, 0), 'int32'), cast(present, 'int32'));
    return { loss: binaryCrossEntropy(logits, present), metrics: { accuracy: mean(cast(isRight, 'float32')) } };
  },
  optimizer: adamW(),
});

/** Learns which of the 9 descriptions are in a picture: no relation is ever told. Half the pictures went through the codebook, so
 *  that generated pictures look familiar. */
export async function openMiniClipTrainer({
  threads = 1,
  codebook,
  epochs = 30,
  stepsPerEpoch = 100,
}: MiniClipTrainerOptions): Promise<EpochTrainer> {
  const trainer = await openTrainer(training, { threads });
  const codec = await openVqCodec(codebook, { threads });
  const learningRate = warmupCosine({ peak: 3e-3, warmup: Math.min(50, stepsPerEpoch), total: epochs * stepsPerEpoch });
  const plan = {
    trainer,
    stepsPerEpoch,
    learningRate,
    batches: (random: Philox, steps: number) => makeBatches(random, steps, codec),
  };
  return {
    epochs,
    init: (seed) => initialCheckpoint(trainer, seed),
    epoch: (state, epoch, seed) => runEpoch(plan, state, epoch, seed),
    exportModel: (state, metadata) => writeModelFile('tiny-mini-clip', loadCheckpoint(state).state.params, metadata),
    async close() {
      await trainer.close();
      await codec.close();
    },
  };
}

async function makeBatches(random: Philox, steps: number, codec: VqCodec): Promise<StackedBatches> {
  const scenes = Array.from({ length: steps * BATCH }, () => sampleScene(random, DISTRIBUTION, 'pretraining'));
  const pictures = await reconstructHalf(
    scenes.map((scene) => drawScene(scene).pixels),
    codec,
  );
  const pixels = new Float32Array(scenes.length * PADDED_SIZE);
  const present = new Float32Array(scenes.length * 9);
  for (const [i, scene] of scenes.entries()) {
    padPixels(pictures[i]!, pixels, i * PADDED_SIZE);
    markPresent(scene, present.subarray(i * 9, i * 9 + 9));
  }
  return { pixels, present };
}

function markPresent(scene: Scene, present: Float32Array): void {
  for (const object of scene) present[descriptionIndex(object)] = 1;
}
