import type { Worker } from 'node:worker_threads';
import sharp from 'sharp';
import { HoplineError } from '../../../engine/plan/errors.ts';
import { startThread } from '../../../engine/program/start-thread.ts';
import { ImageError } from '../image-error.ts';
import type { GivenProcessor, ImageProcessor, ImageProcessorOptions } from './image-processor.ts';
import type { PictureWork, PreparedPictures } from './picture-work.ts';
import type { PixelValues } from './preprocess-image.ts';

/** Pictures in a message: a message takes as long as a small picture. */
const A_MESSAGE = 8;

/** A picture that somebody waits for. */
export interface Wanted {
  readonly file: Uint8Array;
  readonly resolve: (values: PixelValues) => void;
  readonly reject: (error: Error) => void;
}

/** `pixelValues` of a processor, in the thread for pictures. What is asked for at once travels together. */
export function pixelValuesElsewhere(given: GivenProcessor, options: ImageProcessorOptions): ImageProcessor['pixelValues'] {
  let wanted: Wanted[] = [];
  const send = (): void => {
    const all = wanted;
    wanted = [];
    for (let at = 0; at < all.length; at += A_MESSAGE) pictureThread().prepare(given, options, all.slice(at, at + A_MESSAGE));
  };
  return (file) =>
    new Promise((resolve, reject) => {
      if (wanted.length === 0) queueMicrotask(send);
      wanted.push({ file, resolve, reject });
    });
}

let running: PictureThread | undefined;

/** The process has one, from its first picture on. */
function pictureThread(): PictureThread {
  if (running?.isAlive) return running;
  // sharp's libraries must be loaded by the main thread first, to outlive the thread.
  sharp.concurrency();
  running = new PictureThread(startThread('ml/images/processor/picture-thread-main.ts'));
  return running;
}

/** Hands work to a thread. It doesn't keep the process alive while it has none. */
export class PictureThread {
  readonly #worker: Worker;
  readonly #pending = new Map<number, readonly Wanted[]>();
  #sent = 0;
  #isAlive = true;

  constructor(worker: Worker) {
    this.#worker = worker;
    worker.unref();
    worker.on('message', (answer: PreparedPictures) => this.#take(answer));
    let cause: unknown;
    worker.once('error', (error) => {
      cause = error;
    });
    worker.once('exit', () => {
      this.#isAlive = false;
      for (const wanted of this.#pending.values()) for (const { reject } of wanted) reject(ended(cause));
    });
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  prepare(given: GivenProcessor, options: ImageProcessorOptions, wanted: readonly Wanted[]): void {
    const id = this.#sent++;
    this.#pending.set(id, wanted);
    this.#worker.ref();
    const work: PictureWork = { id, given, options, files: wanted.map(({ file }) => file) };
    this.#worker.postMessage(work);
  }

  #take({ id, results }: PreparedPictures): void {
    const wanted = this.#pending.get(id)!;
    this.#pending.delete(id);
    if (this.#pending.size === 0) this.#worker.unref();
    for (const [place, result] of results.entries()) {
      const { resolve, reject } = wanted[place]!;
      if ('data' in result) resolve(result);
      else reject(new ImageError(result.code, result.message, result.hint));
    }
  }
}

const ended = (cause: unknown): HoplineError =>
  new HoplineError('IMAGE_THREAD_ENDED', `the thread that prepares pictures must live, got: ${cause ?? 'its end'}`, {
    permanent: false,
    cause,
  });
