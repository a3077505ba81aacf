import { HoplineError } from '../../engine/plan/errors.ts';

export type ImageErrorCode =
  | 'IMAGE_EMPTY'
  | 'IMAGE_FORMAT'
  | 'IMAGE_TOO_LARGE'
  | 'IMAGE_INVALID'
  | 'IMAGE_PROCESSOR_MISSING'
  | 'IMAGE_PROCESSOR_INVALID'
  | 'IMAGE_PROCESSOR_UNSUPPORTED';

/** A picture that can't be read, or a processor configuration that can't be followed. */
export class ImageError extends HoplineError {
  constructor(code: ImageErrorCode, message: string, hint?: string) {
    super(code, message, hint === undefined ? {} : { hint });
    this.name = 'ImageError';
  }
}
