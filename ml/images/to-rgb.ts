import type { DecodedImage } from './decode-image.ts';
import type { RgbImage } from './rgb-image.ts';

/** What becomes of transparency: laid on white (transformers since 5), or forgotten (transformers 4, `Image.convert("RGB")`). */
export type Transparency = 'white' | 'drop';

/** The picture without its alpha channel. */
export function toRgb({ width, height, channels, pixels }: DecodedImage, transparency: Transparency = 'white'): RgbImage {
  if (channels === 3) return { width, height, pixels };
  const opaque = new Uint8Array(width * height * 3);
  for (let from = 0, to = 0; from < pixels.length; from += 4, to += 3) {
    const alpha = transparency === 'drop' ? 255 : pixels[from + 3]!;
    for (let c = 0; c < 3; c++) opaque[to + c] = alpha === 255 ? pixels[from + c]! : overWhite(pixels[from + c]!, alpha);
  }
  return { width, height, pixels: opaque };
}

/** Pillow's `ImagingAlphaComposite` (AlphaComposite.c) with an opaque white background: 7 bits of fraction, division by 255 by shifts. */
function overWhite(value: number, alpha: number): number {
  const blend = value * alpha * 128 + 255 * (255 - alpha) * 128 + (0x80 << 7);
  return (((blend >>> 8) + blend) >>> 8) >>> 7;
}
