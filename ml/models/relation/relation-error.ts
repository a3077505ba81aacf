import { HoplineError } from '../../../engine/plan/errors.ts';

/** What a learner can't train on or read: `RELATION_*`. */
export class RelationError extends HoplineError {
  constructor(code: string, message: string, hint?: string) {
    super(`RELATION_${code}`, message, hint === undefined ? {} : { hint });
    this.name = 'RelationError';
  }
}
