import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { decodeImage } from '../../ml/images/decode-image.ts';
import { imageProcessor } from '../../ml/images/processor/image-processor.ts';
import { resizeLikePil } from '../../ml/images/resize/resize-like-pil.ts';
import type { RgbImage } from '../../ml/images/rgb-image.ts';
import { toRgb } from '../../ml/images/to-rgb.ts';
import { uprightImage } from '../../ml/images/upright-image.ts';
import { contained } from './contained.ts';
import { largestDifference, type ParityCase, parityCase, sameOrNot } from './parity-case.ts';
import { type PixelSummary, summaryDifference } from './pixel-summary.ts';
import { hasFiles, readRefs, readTensors } from './read-refs.ts';

interface ImageRefs {
  small_size: number;
  processors: Record<string, Record<string, unknown>>;
  images: ({ file: string; load_image: { size: [number, number] } } & Record<string, unknown>)[];
}

/** A folder of odd picture files with what Python's processors make of them. */
export async function recognises(folder: string): Promise<boolean> {
  return (
    hasFiles(folder, 'refs.json', 'refs.safetensors', 'files') && 'processors' in (await readRefs<object>(folder, 'refs.json'))
  );
}

/** Decoding, resizing and every processor for every file. */
export async function* parity(folder: string): AsyncGenerator<ParityCase> {
  const refs = await readRefs<ImageRefs>(folder, 'refs.json');
  const tensors = await readTensors(folder, 'refs.safetensors');
  for (const entry of refs.images) yield* contained(entry.file, picture(folder, refs, entry, tensors));
}

async function* picture(
  folder: string,
  refs: ImageRefs,
  entry: ImageRefs['images'][number],
  tensors: Awaited<ReturnType<typeof readTensors>>,
): AsyncGenerator<ParityCase> {
  const { file } = entry;
  const bytes = new Uint8Array(await readFile(path.join(folder, 'files', file)));
  const decoded = await decodeImage(bytes);
  const plain = toRgb(decoded, 'drop');
  // Other JPEG decoders may differ by a level or two.
  const pixels = tensors.get(`rgb/${file}`);
  yield parityCase(
    `${file} decoded`,
    largestDifference(leftColumns(plain, pixels.shape[1]!), pixels.data),
    decoded.format === 'jpeg' ? 2 : 0,
  );
  const upright = uprightImage(plain, decoded.orientation);
  yield parityCase(`${file} upright size`, sameOrNot([upright.width, upright.height], entry.load_image.size), 0);
  const resized = resizeLikePil(plain, refs.small_size, refs.small_size, 'bicubic');
  yield parityCase(`${file} resized`, largestDifference(resized.pixels, tensors.get(`resized_uint8/${file}`).data), 0);
  for (const [name, config] of Object.entries(refs.processors)) {
    for (const [suffix, transparency] of [['', 'white'] as const, ['_alpha_dropped', 'drop'] as const]) {
      const key = `${name}${suffix}`;
      if (entry[key] === undefined) continue;
      const values = await imageProcessor(config, { transparency }).pixelValues(bytes);
      yield parityCase(`${file} ${key} summary`, summaryDifference(values, entry[key] as PixelSummary), 2e-6);
      const whole = `${key}/${file}`;
      if (tensors.has(whole)) yield parityCase(`${file} ${key}`, largestDifference(values.data, tensors.get(whole).data), 1e-6);
    }
  }
}

/** Of large files only the first columns are stored. */
function leftColumns({ width, height, pixels }: RgbImage, columns: number): Uint8Array {
  if (columns === width) return pixels;
  const left = new Uint8Array(columns * height * 3);
  for (let y = 0; y < height; y++) left.set(pixels.subarray(y * width * 3, (y * width + columns) * 3), y * columns * 3);
  return left;
}
