import type { VqCodec } from './open-vq-codec.ts';
import { TOKENS } from './patches.ts';

/** Every second picture as the codebook would draw it: what a reader of generated pictures must get used to. */
export async function reconstructHalf(pictures: readonly Uint8Array[], codec: VqCodec): Promise<Uint8Array[]> {
  const tokens = await codec.encode(pictures.filter((_, i) => i % 2 === 1));
  return pictures.map((pixels, i) => {
    if (i % 2 === 0) return pixels;
    const start = Math.floor(i / 2) * TOKENS;
    return codec.decode(tokens.subarray(start, start + TOKENS));
  });
}
