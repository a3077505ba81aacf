import { type Seed, seedRandom } from '../seed-random.ts';
import type { Measure } from './measure.ts';
import { measureCaptioner } from './measure-captioner.ts';
import { measureMiniClip } from './measure-mini-clip.ts';
import { measureReader } from './measure-reader.ts';
import { measureTextToImage } from './measure-text-to-image.ts';

export interface MeasuredFiles {
  textToImage: Uint8Array;
  captioner: Uint8Array;
  miniClip: Uint8Array;
}

export interface MeasureOptions {
  /** Texts of each slice that the generator is asked for, and pictures that the others are shown. Default 100. */
  texts?: number;
  threads?: number;
  seed: Seed;
}

/** How well the models follow texts and pictures of the test part of `scenes`, which none of them has seen. Generated pictures are read by
 *  `readScene`, which nothing was trained for; its own quality is the first measure. */
export async function measureModels(
  files: MeasuredFiles,
  { texts = 100, threads = 1, seed }: MeasureOptions,
): Promise<Measure[]> {
  const random = seedRandom(seed, 1_000_003);
  return [
    ...(await measureReader(files.textToImage, texts, { threads })),
    ...(await measureTextToImage(files.textToImage, texts, random, { threads })),
    ...(await measureMiniClip(files.miniClip, texts, { threads })),
    ...(await measureCaptioner(files.captioner, texts, random, { threads })),
  ];
}
