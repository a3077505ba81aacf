import { HoplineError } from '../plan/errors.ts';

/** What a step must return, and did not. Always a mistake in the step, so never tried again. */
export function outputError(code: `STEP_OUTPUT_${string}`, step: string, rule: string, got: string, hint?: string): HoplineError {
  return new HoplineError(code, `step "${step}".run ${rule}, got ${got}`, hint ? { hint } : {});
}

export function wrongCount(step: string, what: string, expected: number, got: number): HoplineError {
  return outputError(
    'STEP_OUTPUT_COUNT',
    step,
    `must return ${expected} ${what}`,
    `${got}`,
    'an item that failed still has its place: return { failed: "why" }',
  );
}

/** Throws STEP_OUTPUT_NAN for the first number that is not finite. */
export function assertFinite(step: string, numbers: Record<string, number>, where = ''): void {
  for (const [name, value] of Object.entries(numbers)) {
    if (!Number.isFinite(value))
      throw outputError('STEP_OUTPUT_NAN', step, `must return a finite ${name}${where}`, String(value));
  }
}
