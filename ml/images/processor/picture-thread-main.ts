/** The thread that prepares pictures for models. */
import { parentPort } from 'node:worker_threads';
import { ImageError, type ImageErrorCode } from '../image-error.ts';
import { type ImageProcessor, imageProcessor } from './image-processor.ts';
import type { PictureFailure, PictureWork, PreparedPictures } from './picture-work.ts';
import type { PixelValues } from './preprocess-image.ts';

const processors = new Map<string, ImageProcessor>();

/** One for each configuration, with its tables. */
function processorFor({ given, options }: PictureWork): ImageProcessor {
  const key = JSON.stringify([given, options]);
  const processor = processors.get(key) ?? imageProcessor(given, options);
  processors.set(key, processor);
  return processor;
}

async function prepare(work: PictureWork): Promise<void> {
  const processor = processorFor(work);
  const results = await Promise.all(work.files.map((file) => processor.pixelValues(file).catch(failure)));
  const answer: PreparedPictures = { id: work.id, results };
  parentPort?.postMessage(
    answer,
    results.flatMap((result) => ('data' in result ? [(result as PixelValues).data.buffer as ArrayBuffer] : [])),
  );
}

function failure(error: unknown): PictureFailure {
  if (!(error instanceof ImageError)) throw error;
  return { code: error.code as ImageErrorCode, message: error.message, hint: error.hint };
}

/** One piece of work after the other: few pictures are decoded at once, however many are wanted. */
let last: Promise<void> = Promise.resolve();
parentPort?.on('message', (work: PictureWork) => {
  last = last.then(() => prepare(work));
});
