import { HoplineError } from '../engine/plan/errors.ts';

/** Wrong usage of the command itself: exit code 2. */
export class UsageError extends HoplineError {
  constructor(message: string, hint?: string) {
    super('USAGE', message, hint ? { hint } : {});
    this.name = 'UsageError';
  }
}
