import { sha256 } from '../../../engine/plan/digest.ts';
import type { ModelFiles } from '../../../engine/plan/step-io.ts';
import {
  MODEL_FILE,
  openCaptionerTrainer,
  openCodebookTrainer,
  openMiniClipTrainer,
  openTextToImageTrainer,
} from '../../../ml/models/index.ts';

/** The real generators, captioner and encoder with weights that have learned nothing: everything runs, in seconds. */
export async function untrainedModels(): Promise<Record<string, ModelFiles>> {
  const seed = '07'.repeat(32);
  const codebook = await freshModel(await openCodebookTrainer({ threads: 1, epochs: 1, patches: 10_000 }), seed);
  const miniClip = await freshModel(await openMiniClipTrainer({ threads: 1, codebook }), seed);
  const textToImage = await freshModel(await openTextToImageTrainer({ threads: 1, codebook }), seed);
  const captioner = await freshModel(await openCaptionerTrainer({ threads: 1, codebook, miniClip }), seed);
  return Object.fromEntries([
    ['tiny-t2i', modelFiles('tiny-t2i', textToImage)],
    ['tiny-captioner', modelFiles('tiny-captioner', captioner)],
    ['tiny-mini-clip', modelFiles('tiny-mini-clip', miniClip)],
  ]);
}

/** A model of one file, from memory. */
export function modelFiles(name: string, bytes: Uint8Array): ModelFiles {
  return {
    name,
    digest: sha256(bytes),
    adapter: name,
    files: [MODEL_FILE],
    read: async () => bytes,
    folder: () => Promise.reject(new Error(`${name} is in memory only`)),
  };
}

async function freshModel(
  trainer: { init(seed: string): Uint8Array; exportModel(state: Uint8Array): Uint8Array; close(): Promise<void> },
  seed: string,
): Promise<Uint8Array> {
  try {
    return trainer.exportModel(trainer.init(seed));
  } finally {
    await trainer.close();
  }
}
