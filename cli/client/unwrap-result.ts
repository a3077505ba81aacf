import { HoplineError } from '../../engine/plan/errors.ts';

/** What every named error of a result union selects: `... on Error { code message hint }`. */
export interface NamedError {
  code: string;
  message: string;
  hint: string | null;
}

/** The success of a result union. @throws HoplineError for each of its named errors. */
export function unwrapResult<T extends object>(result: T): Exclude<T, NamedError> {
  if (!isNamedError(result)) return result as Exclude<T, NamedError>;
  throw new HoplineError(result.code, result.message, result.hint ? { hint: result.hint } : {});
}

const isNamedError = (result: object): result is NamedError => 'code' in result && 'message' in result;
