import type { ImageErrorCode } from '../image-error.ts';
import type { GivenProcessor, ImageProcessorOptions } from './image-processor.ts';
import type { PixelValues } from './preprocess-image.ts';

/** What the picture thread is sent. */
export interface PictureWork {
  readonly id: number;
  readonly given: GivenProcessor;
  readonly options: ImageProcessorOptions;
  readonly files: readonly Uint8Array[];
}

/** What it answers: a result for each file, in their order. */
export interface PreparedPictures {
  readonly id: number;
  readonly results: readonly (PixelValues | PictureFailure)[];
}

/** An ImageError, as threads can send it to each other; any other error is thrown where the thread is awaited. */
export interface PictureFailure {
  readonly code: ImageErrorCode;
  readonly message: string;
  readonly hint: string | undefined;
}
