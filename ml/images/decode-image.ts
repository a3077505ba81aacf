import sharp, { type Metadata, type Sharp } from 'sharp';
import { cmykToRgb } from './cmyk-to-rgb.ts';
import { ImageError } from './image-error.ts';
import { type ImageFormat, imageFormatOf } from './image-format.ts';
import { decodeSmallPng } from './small-png.ts';

export interface ImageLimits {
  /** Width times height. Default 2^26 (8192 x 8192): 256 MiB while it is decoded. Checked on the header. */
  readonly maxPixels?: number;
  /** Size of the file. Default 64 MiB. */
  readonly maxBytes?: number;
}

/** A decoded file: 8 bits a channel, row-major [height, width, channels]; RGB, or RGBA (not premultiplied) where it has transparency. */
export interface DecodedImage {
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
  readonly pixels: Uint8Array;
  readonly format: ImageFormat;
  /** EXIF orientation, 1 to 8; 1 where there is none. Not applied: see `uprightImage`. */
  readonly orientation: number;
}

/** Decodes as Pillow's `Image.open(...).convert("RGB" or "RGBA")` does: colour profiles are ignored; CMYK by the plain formula;
 *  16 bits grey are clipped at 255, not scaled; of 16 bits a colour the high bytes count; of an animation the first frame.
 *  @throws IMAGE_EMPTY, IMAGE_FORMAT, IMAGE_TOO_LARGE, IMAGE_INVALID */
export async function decodeImage(bytes: Uint8Array, limits: ImageLimits = {}): Promise<DecodedImage> {
  const { maxPixels = 2 ** 26, maxBytes = 2 ** 26 } = limits;
  const format = imageFormatOf(bytes);
  if (bytes.length > maxBytes) throw tooLarge(`bytes must be at most ${maxBytes}`, `${bytes.length}`);
  const small = format === 'png' ? decodeSmallPng(bytes) : undefined;
  if (small && small.width * small.height <= maxPixels) return { ...small, channels: 3, format, orientation: 1 };
  // Damaged pixels are an error; a warning (a stray byte between JPEG markers) is none, to the reference neither.
  const source = sharp(bytes, { failOn: 'error', ignoreIcc: true, limitInputPixels: false });
  const header = await orInvalid(source.metadata(), format);
  const { width = 0, height = 0, orientation = 1 } = header;
  if (width * height > maxPixels) throw tooLarge(`pixels must be at most ${maxPixels}`, `${width} x ${height}`);
  const { channels, pixels } = await orInvalid(readPixels(source, header, hasGreyKey(bytes, format)), format);
  if (pixels.length !== width * height * channels) throw invalid(format, `${pixels.length} values for ${width} x ${height}`);
  return { width, height, channels, pixels, format, orientation };
}

type Pixels = { channels: 3 | 4; pixels: Uint8Array };

async function readPixels(source: Sharp, { space, depth, channels }: Metadata, greyWithKey: boolean): Promise<Pixels> {
  if (space === 'cmyk') {
    const { data } = await source.pipelineColourspace('cmyk').toColourspace('cmyk').raw().toBuffer({ resolveWithObject: true });
    return { channels: 3, pixels: cmykToRgb(data) };
  }
  if (depth === 'ushort' && (channels === 1 || greyWithKey)) {
    const { data, info } = await source.toColourspace('grey16').raw({ depth: 'ushort' }).toBuffer({ resolveWithObject: true });
    return clipGrey(new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2), info.channels);
  }
  const { data, info } = await source.toColourspace('srgb').raw().toBuffer({ resolveWithObject: true });
  return { channels: info.channels as 3 | 4, pixels: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
}

/** A grey PNG (colour type 0) whose transparency is one of its greys. With an alpha channel of its own Pillow reads the high bytes. */
const hasGreyKey = (bytes: Uint8Array, format: ImageFormat): boolean => format === 'png' && bytes[25] === 0;

/** 16 bits grey, with or without alpha, as RGB or RGBA. */
function clipGrey(grey: Uint16Array, from: number): Pixels {
  const channels = from === 1 ? 3 : 4;
  const pixels = new Uint8Array((grey.length / from) * channels);
  for (let i = 0, to = 0; i < grey.length; i += from, to += channels) {
    pixels.fill(Math.min(grey[i]!, 255), to, to + 3);
    if (channels === 4) pixels[to + 3] = grey[i + 1]! >> 8;
  }
  return { channels, pixels };
}

async function orInvalid<T>(work: Promise<T>, format: ImageFormat): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    throw invalid(format, (cause as Error).message.replace(/\s+/g, ' ').slice(0, 200));
  }
}

const invalid = (format: ImageFormat, got: string): ImageError =>
  new ImageError(
    'IMAGE_INVALID',
    `image must be a readable ${format.toUpperCase()} file, got ${got}`,
    'the file is damaged or cut off',
  );

const tooLarge = (rule: string, got: string): ImageError =>
  new ImageError('IMAGE_TOO_LARGE', `image.${rule}, got ${got}`, 'shrink the picture before it is used');
