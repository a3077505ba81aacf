import { HoplineError } from '../plan/errors.ts';

/** An error on its way between processes. */
export interface WireError {
  code: string;
  message: string;
  hint?: string;
  permanent: boolean;
  details?: Record<string, string>;
  /** For the log. Never shown. */
  stack?: string;
}

/** What a step threw, in words that survive the way. An error that the step did not name is STEP_FAILED; one that speaks of memory is
 *  DEVICE_OUT_OF_MEMORY, so that the batch can be halved. */
export function toWireError(error: unknown, step: string): WireError {
  const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
  const wire = { message, ...(stack ? { stack } : {}) };
  if (isHoplineError(error)) {
    const { code, permanent, hint, details = {} } = error;
    return { ...wire, code, permanent, ...(hint ? { hint } : {}), ...(Object.keys(details).length ? { details } : {}) };
  }
  if (speaksOfMemory.test(message)) {
    return { ...wire, code: 'DEVICE_OUT_OF_MEMORY', message: `step "${step}" ran out of memory: ${message}`, permanent: false };
  }
  const hint = 'the stack trace is in the worker log';
  return { ...wire, code: 'STEP_FAILED', message: `step "${step}" threw: ${message}`, hint, permanent: isMistake(error) };
}

export function fromWireError({ code, message, hint, permanent, details }: WireError): HoplineError {
  return new HoplineError(code, message, { permanent, ...(hint ? { hint } : {}), ...(details ? { details } : {}) });
}

/** By shape: a user's step may bring its own copy of the class. */
function isHoplineError(error: unknown): error is HoplineError {
  return error instanceof Error && error.name === 'HoplineError' && 'code' in error && typeof error.code === 'string';
}

/** onnxruntime, CUDA and V8 each say it their own way. */
const speaksOfMemory = /out of memory|failed to allocate memory|bad_alloc|ALLOC_FAILED|Array buffer allocation failed/i;

/** A mistake in the step's code, which a second try repeats. `fetch` throws TypeError for a lost connection, with a cause. */
function isMistake(error: unknown): boolean {
  if (!(error instanceof Error) || error.cause !== undefined) return false;
  return ['TypeError', 'ReferenceError', 'SyntaxError', 'ZodError'].includes(error.name);
}
