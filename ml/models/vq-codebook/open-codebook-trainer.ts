import { drawScene } from '../../data/scenes/render-scene.ts';
import { sampleScene } from '../../data/scenes/sample-scene.ts';
import { readSafetensors } from '../../nn/safetensors/read-safetensors.ts';
import { writeSafetensors } from '../../nn/safetensors/write-safetensors.ts';
import type { EpochTrainer } from '../epoch-trainer.ts';
import { ModelError } from '../model-error.ts';
import { writeModelFile } from '../model-file.ts';
import { type Seed, seedRandom } from '../seed-random.ts';
import { moveCentres, seedCentres } from './k-means.ts';
import { openNearestCode } from './nearest-code.ts';
import { CODES, PATCH_SIZE, patchesOf, TOKENS } from './patches.ts';

export interface CodebookTrainerOptions {
  threads?: number;
  /** Rounds of Lloyd. Default 10. */
  epochs?: number;
  /** How many patches are clustered, rounded up to whole pictures. At least the number of codes. Default 60,000. */
  patches?: number;
}

/** 2 to 6 objects, so that every kind of edge and overlap of the patch grid occurs. */
const DISTRIBUTION = { counts: [1, 1, 1, 1, 1] };

/** k-means over the patches of procedural pictures: one round of Lloyd an epoch. 512 codes gave 27.5 dB, 256 25.8, 1024 28.8. */
export async function openCodebookTrainer({
  threads = 1,
  epochs = 10,
  patches: patchCount = 60_000,
}: CodebookTrainerOptions = {}): Promise<EpochTrainer> {
  if (patchCount < CODES) throw new ModelError('OPTION_INVALID', `codebook.patches must be at least ${CODES}, got ${patchCount}`);
  const nearestCode = await openNearestCode({ threads });
  const known = new Map<string, Float32Array>();
  const patches = (seed: Seed): Float32Array => {
    const name = String(seed);
    const points = known.get(name) ?? drawPatches(seed, Math.ceil(patchCount / TOKENS));
    known.clear();
    known.set(name, points);
    return points;
  };
  return {
    epochs,
    init: (seed) => save(seedCentres(patches(seed), PATCH_SIZE, CODES, seedRandom(seed, 1))),
    async epoch(state, _, seed) {
      const points = patches(seed);
      const codes = load(state);
      const nearest = await nearestCode.find(points, codes);
      const squaredError = meanSquaredError(points, nearest, codes);
      return {
        state: save(moveCentres(points, PATCH_SIZE, nearest, codes)),
        metrics: { loss: squaredError, psnr: 10 * Math.log10(4 / squaredError) },
      };
    },
    exportModel: (state, metadata) =>
      writeModelFile('tiny-vq-codebook', { codes: { data: load(state), shape: [CODES, PATCH_SIZE] } }, metadata),
    close: () => nearestCode.close(),
  };
}

function drawPatches(seed: Seed, pictures: number): Float32Array {
  const random = seedRandom(seed, 2);
  const points = new Float32Array(pictures * TOKENS * PATCH_SIZE);
  for (let i = 0; i < pictures; i++)
    patchesOf(drawScene(sampleScene(random, DISTRIBUTION, 'pretraining')).pixels, points, i * TOKENS * PATCH_SIZE);
  return points;
}

const save = (codes: Float32Array): Uint8Array => writeSafetensors({ codes: { data: codes, shape: [CODES, PATCH_SIZE] } }, {});
const load = (state: Uint8Array): Float32Array => readSafetensors(state).tensors.codes!.data as Float32Array;

function meanSquaredError(points: Float32Array, nearest: Int32Array, codes: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < points.length; i++)
    sum += (points[i]! - codes[nearest[Math.floor(i / PATCH_SIZE)]! * PATCH_SIZE + (i % PATCH_SIZE)]!) ** 2;
  return sum / points.length;
}
