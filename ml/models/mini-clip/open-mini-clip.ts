import { COLOURS, descriptionIndex, SHAPES } from '../../data/scenes/scene-object.ts';
import { defineInference, openInference, type TensorMap } from '../../nn/index.ts';
import { batchesOf } from '../batches-of.ts';
import { ModelError } from '../model-error.ts';
import { readModelFile } from '../model-file.ts';
import { pictureOf } from '../picture-of.ts';
import { DESCRIPTION_FEATURES, describeFeatures, MENTION_FEATURES, PAIR_FEATURES } from './mini-clip.ts';
import { PADDED_SIZE, padPixels } from './padded-pixels.ts';

/** Pictures a run: fixed, so that a picture's numbers don't depend on its neighbours. */
const BATCH = 64;

export interface PairPicture {
  /** PNG, 24x24. */
  image: Uint8Array;
  /** `yellow square`. */
  head: string;
  tail: string;
}

export interface MiniClip {
  /** 134 numbers each: for head and tail the attended feature (64), place (2) and best match (1). */
  pairFeatures(items: readonly PairPicture[]): Promise<Float32Array[]>;
  close(): Promise<void>;
}

export async function openMiniClip(bytes: Uint8Array, options: { threads?: number } = {}): Promise<MiniClip> {
  const encoder = await openDescriptionEncoder(readModelFile('tiny-mini-clip', bytes), options);
  return {
    async pairFeatures(items) {
      const mentions = items.map(({ head, tail }) => [descriptionOf(head), descriptionOf(tail)] as const);
      const pictures = await Promise.all(items.map(({ image }) => pictureOf(image)));
      const features = await encoder.encode(pictures.map(({ pixels }) => pixels));
      return mentions.map(([head, tail], i) => pairVector(features[i]!, head, tail));
    },
    close: () => encoder.close(),
  };
}

/** 0..8 of a mention such as `yellow square`. @throws MENTION_UNKNOWN */
export function descriptionOf(mention: string): number {
  const [colourWord, shapeWord] = mention.toLowerCase().split(' ');
  const colour = COLOURS.find((name) => name === colourWord);
  const shape = SHAPES.find((name) => name === shapeWord);
  if (colour && shape) return descriptionIndex({ colour, shape });
  throw new ModelError(
    'MENTION_UNKNOWN',
    `mention must be one of ${COLOURS.join(', ')} and one of ${SHAPES.join(', ')}, got ${JSON.stringify(mention.slice(0, 80))}`,
  );
}

/** Features of a picture [9, 69] and two descriptions -> [134]. */
export function pairVector(features: Float32Array, head: number, tail: number): Float32Array {
  const vector = new Float32Array(PAIR_FEATURES);
  const half = (description: number): Float32Array =>
    features.subarray(description * DESCRIPTION_FEATURES, description * DESCRIPTION_FEATURES + MENTION_FEATURES);
  vector.set(half(head), 0);
  vector.set(half(tail), MENTION_FEATURES);
  return vector;
}

export interface DescriptionEncoder {
  /** RGB pixels [24, 24, 3] each -> [9, 69] each. */
  encode(pictures: readonly Uint8Array[]): Promise<Float32Array[]>;
  close(): Promise<void>;
}

/** The frozen encoder over raw pixels. */
export async function openDescriptionEncoder(params: TensorMap, options: { threads?: number } = {}): Promise<DescriptionEncoder> {
  const model = await openInference(definition, params, options);
  return {
    async encode(pictures) {
      const encoded: Float32Array[] = [];
      for (const { items } of batchesOf(pictures, BATCH)) {
        const data = new Float32Array(BATCH * PADDED_SIZE);
        for (const [i, pixels] of items.entries()) padPixels(pixels, data, i * PADDED_SIZE);
        const { features } = await model.run({ pixels: { data, shape: [BATCH, PADDED_SIZE] } });
        for (let i = 0; i < items.length; i++)
          encoded.push((features.data as Float32Array).slice(i * 9 * DESCRIPTION_FEATURES, (i + 1) * 9 * DESCRIPTION_FEATURES));
      }
      return encoded;
    },
    close: () => model.close(),
  };
}

const definition = defineInference({
  inputs: [{ name: 'pixels', shape: [BATCH, PADDED_SIZE], dtype: 'float32' }],
  forward: (scope, { pixels }) => ({ features: describeFeatures(scope, pixels) }),
});
