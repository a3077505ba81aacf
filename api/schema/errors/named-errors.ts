import type { HoplineError } from '../../../engine/plan/errors.ts';

/** An error that a result union names. Subclasses say only which. */
export abstract class NamedError extends Error {
  readonly code: string;
  readonly hint: string | null;

  constructor(cause: HoplineError) {
    super(cause.message, { cause });
    this.code = cause.code;
    this.hint = cause.hint ?? null;
  }
}

export class PipelineNotFound extends NamedError {}
/** All violations at once, each with its path. */
export class InvalidParams extends NamedError {}
export class DatasetMissing extends NamedError {}
export class ModelMissing extends NamedError {}
export class IdempotencyConflict extends NamedError {}
export class Forbidden extends NamedError {}
export class RunNotFound extends NamedError {}
export class RunNotResumable extends NamedError {}
/** Not a node of the run's pipeline, or a strategy and options that contradict each other. */
export class RerunInvalid extends NamedError {}
/** The run's state doesn't allow what was asked. */
export class RunStateConflict extends NamedError {}
export class InvalidToken extends NamedError {}
export class TokenNotFound extends NamedError {}
