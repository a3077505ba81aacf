import type { OnnxModel } from '../onnx/index.ts';
import type { LatentShape } from './denoiser.ts';
import { coverByTiles, fade } from './tiles.ts';

/** Decoded pictures, about -1 .. 1: [B,3,H,W]. */
export interface Decoded {
  readonly data: Float32Array;
  readonly shape: readonly [batch: number, channels: number, height: number, width: number];
}

export interface DecodeOptions {
  /** Side of a tile in latents: larger pictures are decoded in overlapping tiles, which bounds the memory. Default: whole pictures. */
  readonly tile?: number;
}

/** Decodes latents [B,C,H,W] as the U-Net gives them, some samples at a time and in their order, so that what is decoded can be encoded
 *  while the next ones are on the device. */
export type Decoder = (latents: Float32Array, shape: LatentShape, options?: DecodeOptions) => AsyncGenerator<Decoded>;

/** Latents decoded in one run at most: a few small pictures, or one of 512 x 512. More takes memory and no less time. */
const LATENTS_A_RUN = 64 * 64;
const PICTURES_A_RUN = 4;

/** Sliced: a batch of large pictures goes one by one. NaN passes: it is one sample's. */
export function decoder(vae: OnnxModel, scalingFactor: number, pixelsPerLatent: number): Decoder {
  const input = (vae.input('latent_sample') ?? vae.inputs[0]!).name;
  const output = (vae.output('sample') ?? vae.outputs[0]!).name;
  const run = async (data: Float32Array, shape: LatentShape): Promise<Decoded> => {
    const results = await vae.run({ [input]: { data, shape } }, { outputs: [output], allowNaN: true });
    return { data: results[output]!.data as Float32Array, shape: results[output]!.shape as LatentShape };
  };

  const decodeTiled = async (latents: Float32Array, shape: LatentShape, tile: number): Promise<Decoded> => {
    const [, channels, height, width] = shape;
    const [tileHeight, tileWidth] = [Math.min(tile, height), Math.min(tile, width)];
    const whole = { height: height * pixelsPerLatent, width: width * pixelsPerLatent };
    let picture: Float32Array | undefined;
    let colours = 3;
    for (const down of coverByTiles(height, tileHeight)) {
      for (const across of coverByTiles(width, tileWidth)) {
        const part = cut(latents, [channels, height, width], [down.start, across.start, tileHeight, tileWidth]);
        const { data, shape: made } = await run(part, [1, channels, tileHeight, tileWidth]);
        colours = made[1];
        picture ??= new Float32Array(colours * whole.height * whole.width);
        const weights = [fade(down, made[2], pixelsPerLatent), fade(across, made[3], pixelsPerLatent)] as const;
        const at = [down.start * pixelsPerLatent, across.start * pixelsPerLatent] as const;
        addTile(picture, whole, data, made, at, weights);
      }
    }
    return { data: picture!, shape: [1, colours, whole.height, whole.width] };
  };

  return async function* (latents, shape, { tile = Number.POSITIVE_INFINITY } = {}) {
    const [samples, ...inner] = shape;
    const [, height, width] = inner;
    const scaled = latents.map((latent) => latent / scalingFactor);
    const size = latents.length / samples;
    const tiled = height > tile || width > tile;
    const slice = tiled ? 1 : Math.min(PICTURES_A_RUN, Math.max(1, Math.floor(LATENTS_A_RUN / (height * width))));
    for (let first = 0; first < samples; first += slice) {
      const count = Math.min(slice, samples - first);
      const part = scaled.subarray(first * size, (first + count) * size);
      yield tiled ? decodeTiled(part, [1, ...inner], tile) : run(part, [count, ...inner]);
    }
  };
}

/** All samples together. */
export async function decodeWhole(decode: Decoder, ...task: Parameters<Decoder>): Promise<Decoded> {
  const parts: Decoded[] = [];
  for await (const part of decode(...task)) parts.push(part);
  return joinPictures(parts, task[1][0]);
}

/** A window of planes [C,H,W]. */
function cut(
  planes: Float32Array,
  [channels, height, width]: readonly [number, number, number],
  [top, left, rows, columns]: readonly [number, number, number, number],
): Float32Array {
  const window = new Float32Array(channels * rows * columns);
  for (let channel = 0; channel < channels; channel++) {
    for (let row = 0; row < rows; row++) {
      const from = (channel * height + top + row) * width + left;
      window.set(planes.subarray(from, from + columns), (channel * rows + row) * columns);
    }
  }
  return window;
}

function addTile(
  picture: Float32Array,
  whole: { height: number; width: number },
  tile: Float32Array,
  [, colours, height, width]: LatentShape,
  [top, left]: readonly [number, number],
  [down, across]: readonly [Float32Array, Float32Array],
): void {
  for (let colour = 0; colour < colours; colour++) {
    for (let row = 0; row < height; row++) {
      const to = (colour * whole.height + top + row) * whole.width + left;
      const from = (colour * height + row) * width;
      for (let column = 0; column < width; column++) picture[to + column]! += tile[from + column]! * down[row]! * across[column]!;
    }
  }
}

function joinPictures(parts: readonly Decoded[], samples: number): Decoded {
  const [first] = parts as [Decoded];
  if (parts.length === 1) return first;
  const size = first.data.length / first.shape[0];
  const data = new Float32Array(samples * size);
  let at = 0;
  for (const part of parts) {
    data.set(part.data, at);
    at += part.data.length;
  }
  return { data, shape: [samples, first.shape[1], first.shape[2], first.shape[3]] };
}
