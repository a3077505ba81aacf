import type { HoplineError } from '../../../engine/plan/errors.ts';
import { type Violation, violationsIn } from '../../../engine/plan/params-invalid.ts';

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
/** What a request got wrong, all of it at once. */
abstract class InvalidRequest extends NamedError {
  readonly violations: Violation[];

  constructor(cause: HoplineError) {
    super(cause);
    this.violations = violationsIn(cause);
  }
}

/** All violations at once, each with its path. */
export class InvalidParams extends InvalidRequest {}
export class InvalidLabels extends InvalidRequest {}
export class DatasetMissing extends NamedError {}
export class ModelMissing extends NamedError {}
/** Retracted: a launch, a plan or a resume that would use it is refused. */
export class DatasetRetracted extends NamedError {}
export class ModelRetracted extends NamedError {}
export class IdempotencyConflict extends NamedError {}
export class Forbidden extends NamedError {}
export class RunNotFound extends NamedError {}
export class RunNotResumable extends NamedError {}
/** Not a node of the run's pipeline, or a strategy and options that contradict each other. */
export class RerunInvalid extends NamedError {}
/** The run's state doesn't allow what was asked. */
export class RunStateConflict extends NamedError {}
/** A filter that lets every run through. */
export class EmptyFilter extends NamedError {}
/** A share or seed that can't be used, or a run that has nothing to be verified. */
export class VerifyInvalid extends NamedError {}
export class SampleNotFound extends NamedError {}
/** Not exactly one thing, no reason, or for a project that there isn't. */
export class RetractInvalid extends NamedError {}
export class RetractionNotFound extends NamedError {}
export class InvalidToken extends NamedError {}
export class TokenNotFound extends NamedError {}
