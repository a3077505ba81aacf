import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { MODEL_FILE, type ModelKind } from './model-file.ts';

export { adapters } from './adapters.ts';
export {
  type Caption,
  type Captioner,
  type CaptionItem,
  type CaptionOptions,
  openCaptioner,
} from './captioner/open-captioner.ts';
export { type CaptionerTrainerOptions, openCaptionerTrainer } from './captioner/open-captioner-trainer.ts';
export type { EpochResult, EpochTrainer } from './epoch-trainer.ts';
export type { Measure } from './measure/measure.ts';
export { type MeasuredFiles, type MeasureOptions, measureModels } from './measure/measure-models.ts';
export { type MiniClip, openMiniClip, type PairPicture } from './mini-clip/open-mini-clip.ts';
export { type MiniClipTrainerOptions, openMiniClipTrainer } from './mini-clip/open-mini-clip-trainer.ts';
export { ModelError } from './model-error.ts';
export { MODEL_FILE, type ModelKind } from './model-file.ts';
// The learners (text gate, teacher, student) are another engineer's: import them from './relation/index.ts'. Nothing of them here.
export type { Seed } from './seed-random.ts';
export { type GenerateItem, type GenerateOptions, openTextToImage, type TextToImage } from './t2i/open-text-to-image.ts';
export { openTextToImageTrainer, type TextToImageTrainerOptions } from './t2i/open-text-to-image-trainer.ts';
export { type CodebookTrainerOptions, openCodebookTrainer } from './vq-codebook/open-codebook-trainer.ts';

/** The models of the tiny world, which are adapters too. */
export const tinyKinds: ModelKind[] = ['tiny-vq-codebook', 'tiny-mini-clip', 'tiny-t2i', 'tiny-captioner'];

const WEIGHTS = path.join(path.dirname(fileURLToPath(import.meta.url)), 'weights');

/** The models whose weights are in the checkout: one folder each under `weights/`, named as the adapter. */
export const shippedModels: { name: string; adapter: ModelKind; folder: string }[] = tinyKinds
  .map((kind) => ({ name: kind, adapter: kind, folder: path.join(WEIGHTS, kind) }))
  .filter(({ folder }) => existsSync(path.join(folder, MODEL_FILE)));
