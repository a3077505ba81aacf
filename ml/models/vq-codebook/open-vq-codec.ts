import { readModelFile } from '../model-file.ts';
import { openNearestCode } from './nearest-code.ts';
import { PATCH_SIZE, patchesOf, pixelsOf, TOKENS } from './patches.ts';

export interface VqCodec {
  /** RGB pixels [24, 24, 3] each -> tokens [n, 36]. */
  encode(pictures: readonly Uint8Array[]): Promise<Int32Array>;
  /** 36 tokens -> RGB pixels [24, 24, 3]. */
  decode(tokens: ArrayLike<number>): Uint8Array;
  close(): Promise<void>;
}

/** Pictures as 36 of 512 codes and back. van den Oord et al. 2017, with k-means for the learned codebook. */
export async function openVqCodec(codebook: Uint8Array, options: { threads?: number } = {}): Promise<VqCodec> {
  const codes = readModelFile('tiny-vq-codebook', codebook).codes!.data as Float32Array;
  const nearest = await openNearestCode(options);
  return {
    encode(pictures) {
      const patches = new Float32Array(pictures.length * TOKENS * PATCH_SIZE);
      for (const [i, pixels] of pictures.entries()) patchesOf(pixels, patches, i * TOKENS * PATCH_SIZE);
      return nearest.find(patches, codes);
    },
    decode: (tokens) => decodeTokens(tokens, codes),
    close: () => nearest.close(),
  };
}

/** 36 tokens -> RGB pixels, by codes [512, 48]. */
export function decodeTokens(tokens: ArrayLike<number>, codes: Float32Array): Uint8Array {
  const patches = new Float32Array(TOKENS * PATCH_SIZE);
  for (let i = 0; i < TOKENS; i++)
    patches.set(codes.subarray(tokens[i]! * PATCH_SIZE, (tokens[i]! + 1) * PATCH_SIZE), i * PATCH_SIZE);
  return pixelsOf(patches);
}
