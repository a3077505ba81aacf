import { HoplineError } from '../../engine/plan/errors.ts';

/** What every named error of a result union selects: `... on Error { code message hint }`. */
export interface NamedError {
  code: string;
  message: string;
  hint?: string | null;
}

/** The success of a result union. @throws HoplineError for each of its named errors. */
export function unwrapResult<T extends object>(result: T | NamedError): T {
  if (!('code' in result) || !('message' in result)) return result as T;
  throw new HoplineError(result.code, result.message, result.hint ? { hint: result.hint } : {});
}
