import { ImageError } from './image-error.ts';

export type ImageFormat = 'png' | 'jpeg' | 'webp';

/** The format by its first bytes, before any decoder sees them: the decoder knows many more (SVG, TIFF, GIF, PDF), none of them wanted.
 *  @throws IMAGE_EMPTY, IMAGE_FORMAT */
export function imageFormatOf(bytes: Uint8Array): ImageFormat {
  if (bytes.length === 0)
    throw new ImageError('IMAGE_EMPTY', 'image.bytes must be a picture, got 0 bytes', 'fetch the file again');
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 16)).toString('latin1');
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'png';
  if (head.startsWith('\xff\xd8\xff')) return 'jpeg';
  if (head.startsWith('RIFF') && head.slice(8, 12) === 'WEBP') return 'webp';
  throw new ImageError(
    'IMAGE_FORMAT',
    `image.format must be PNG, JPEG or WebP, got ${nameOf(head)}`,
    'convert it: for an animation, choose the frame to be used',
  );
}

const known: [RegExp, string][] = [
  [/^GIF8/, 'GIF'],
  [/^BM/, 'BMP'],
  [/^(II\*\0|MM\0\*)/, 'TIFF'],
  [/^.{4}ftypavi[fs]/s, 'AVIF'],
  [/^.{4}ftyp/s, 'HEIF or a video'],
  [/^%PDF/, 'PDF'],
  [/^\s*<(\?xml|svg)/, 'SVG'],
];

const nameOf = (head: string): string =>
  known.find(([pattern]) => pattern.test(head))?.[1] ?? `a file that begins with ${JSON.stringify(head.slice(0, 8))}`;
