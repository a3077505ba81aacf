import { HoplineError } from '../../../engine/plan/errors.ts';
import type { ImageProcessor, PixelValues } from '../../images/index.ts';
import type { FloatTensor } from '../../nn/index.ts';
import { batchesOf } from '../batches-of.ts';
import type { VisionNetwork } from './vision-network.ts';

export interface EncodeImageOptions {
  /** Give the hidden states of the class token and the patches too. Default false. */
  readonly tokens?: boolean;
}

export interface ImageEncoding {
  /** One vector for the picture, not scaled to any length. */
  readonly pooled: Float32Array;
  /** Hidden states [1 + patches, width], if asked for and the model gives them. */
  readonly tokens?: Float32Array;
}

/** A model that looks at pictures. */
export interface ImageModel {
  /** Encodings in the order of the pictures: bytes of PNG, JPEG or WebP files. A picture that can't be used gets its error in its place.
   *  A picture's numbers don't depend on the others but for the last bits of float32. @throws HoplineError MODEL_* */
  encode(images: readonly Uint8Array[], options?: EncodeImageOptions): Promise<(ImageEncoding | HoplineError)[]>;
  close(): Promise<void>;
}

/** Pictures that go through the model together. */
const BATCH = 16;

/** Encodes with any network. */
export function imageModel(processor: Pick<ImageProcessor, 'pixelValues'>, network: VisionNetwork): ImageModel {
  const look = (batch: readonly Uint8Array[]): Promise<(PixelValues | HoplineError)[]> =>
    Promise.all(batch.map((image) => processor.pixelValues(image).catch(ofImage)));
  return {
    async encode(images, { tokens = false } = {}) {
      const results: (ImageEncoding | HoplineError)[] = [];
      const batches = [...batchesOf(images, BATCH)];
      let ahead = look(batches[0]?.items ?? []);
      for (const [at, { start }] of batches.entries()) {
        const pixels = await ahead;
        // The next batch is decoded by other threads while the model runs. Awaited in the next round, unless this one fails before.
        ahead = look(batches[at + 1]?.items ?? []);
        ahead.catch(() => {});
        const usable: { place: number; pixels: PixelValues }[] = [];
        for (const [i, one] of pixels.entries()) {
          if (one instanceof HoplineError) results[start + i] = one;
          else usable.push({ place: start + i, pixels: one });
        }
        if (usable.length === 0) continue;
        const { pooled, states } = await network.run(
          stacked(
            usable.map((one) => one.pixels),
            network.input,
          ),
        );
        for (const [row, { place }] of usable.entries()) {
          results[place] = {
            pooled: rowOf(pooled.data, row, usable.length),
            ...(tokens && states && { tokens: rowOf(states.data, row, usable.length) }),
          };
        }
      }
      return results;
    },
    close: () => network.close(),
  };
}

function stacked(pictures: readonly PixelValues[], declared: VisionNetwork['input']): FloatTensor {
  const shape = pictures[0]!.shape;
  const fits = declared.every((dim, axis) => typeof dim === 'string' || dim < 0 || dim === shape[axis]);
  if (!fits || pictures.some((picture) => picture.shape.join() !== shape.join())) {
    throw new HoplineError(
      'MODEL_INPUT_MISFIT',
      `preprocessor_config.size must give the encoder's [${declared.join(', ')}], got [${shape.join(', ')}]`,
      { hint: 'copy preprocessor_config.json from the same export as the model' },
    );
  }
  const size = pictures[0]!.data.length;
  const data = new Float32Array(pictures.length * size);
  for (const [at, picture] of pictures.entries()) data.set(picture.data, at * size);
  return { data, shape: [pictures.length, ...shape] };
}

function rowOf(data: ArrayLike<number | bigint>, row: number, rows: number): Float32Array {
  const size = data.length / rows;
  return (data as Float32Array).slice(row * size, (row + 1) * size);
}

function ofImage(error: unknown): HoplineError {
  if (error instanceof HoplineError) return error;
  throw error;
}
