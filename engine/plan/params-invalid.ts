import { HoplineError } from './errors.ts';

/** One thing that is wrong with a request. */
export interface Violation {
  /** `params.selection.keep`. */
  path: string;
  /** What it must be. */
  message: string;
}

/** PARAMS_INVALID with everything that is wrong, in words and, by path, in `details`. */
export function paramsInvalid(where: string, violations: readonly Violation[], hint?: string): HoplineError {
  const details: Record<string, string> = {};
  for (const { path, message } of violations) details[path] = path in details ? `${details[path]}; ${message}` : message;
  const said = violations.map(({ path, message }) => `${path}: ${message}`).join('; ');
  return new HoplineError('PARAMS_INVALID', `${where}: ${said}`, { hint, details });
}

/** What a PARAMS_INVALID says is wrong, in the order of its finding. */
export const violationsIn = ({ details }: HoplineError): Violation[] =>
  Object.entries(details).map(([path, message]) => ({ path, message }));
