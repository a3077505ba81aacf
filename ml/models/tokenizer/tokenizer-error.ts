import { HoplineError } from '../../../engine/plan/errors.ts';

export type TokenizerErrorCode =
  | 'TOKENIZER_MISSING'
  | 'TOKENIZER_INVALID'
  | 'TOKENIZER_UNSUPPORTED'
  | 'TOKENIZER_WRONG_SIZE'
  | 'TOKENIZER_TEXT_INVALID';

/** A tokenizer folder that can't be opened, or a text that can't be told in ids. */
export class TokenizerError extends HoplineError {
  constructor(code: TokenizerErrorCode, message: string, hint?: string) {
    super(code, message, hint === undefined ? {} : { hint });
    this.name = 'TokenizerError';
  }
}
