import { HoplineError } from '../../engine/plan/errors.ts';

export type ModelErrorCode = 'MODEL_WRONG_KIND' | 'PICTURE_WRONG_SIZE' | 'MENTION_UNKNOWN' | 'OPTION_INVALID';

/** What a tiny model can't work with. */
export class ModelError extends HoplineError {
  constructor(code: ModelErrorCode, message: string, hint?: string) {
    super(code, message, hint === undefined ? {} : { hint });
    this.name = 'ModelError';
  }
}
