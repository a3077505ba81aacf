import sharp from 'sharp';
import type { Picture } from './picture.ts';

/** PNG bytes; the same pixels always give the same bytes (fixed options, no metadata). */
export async function encodePng({ pixels, width, height }: Picture): Promise<Uint8Array> {
  const png = sharp(pixels, { raw: { width, height, channels: 3 } }).png({
    compressionLevel: 6,
    adaptiveFiltering: false,
    palette: false,
  });
  return new Uint8Array(await png.toBuffer());
}

/** Any picture that sharp reads (PNG, JPEG, WebP) as RGB. Transparent pixels are laid on black. */
export async function decodePicture(bytes: Uint8Array): Promise<Picture> {
  const { data, info } = await sharp(bytes).toColourspace('srgb').removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, pixels: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
}
