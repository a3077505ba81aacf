import { HoplineError } from '../../../engine/plan/errors.ts';
import {
  DatasetMissing,
  DatasetRetracted,
  EmptyFilter,
  Forbidden,
  IdempotencyConflict,
  InvalidLabels,
  InvalidParams,
  InvalidToken,
  ModelMissing,
  ModelRetracted,
  type NamedError,
  PipelineNotFound,
  RerunInvalid,
  RetractInvalid,
  RetractionNotFound,
  RunNotFound,
  RunNotResumable,
  RunStateConflict,
  SampleNotFound,
  TokenNotFound,
  VerifyInvalid,
} from './named-errors.ts';

const byCode: Record<string, new (cause: HoplineError) => NamedError> = {
  PIPELINE_NOT_FOUND: PipelineNotFound,
  PARAMS_INVALID: InvalidParams,
  DATASET_MISSING: DatasetMissing,
  MODEL_MISSING: ModelMissing,
  DATASET_RETRACTED: DatasetRetracted,
  MODEL_RETRACTED: ModelRetracted,
  LABELS_INVALID: InvalidLabels,
  BULK_FILTER_EMPTY: EmptyFilter,
  VERIFY_INVALID: VerifyInvalid,
  RUN_NOT_VERIFIABLE: VerifyInvalid,
  SAMPLE_NOT_FOUND: SampleNotFound,
  RETRACT_INVALID: RetractInvalid,
  PROJECT_NOT_FOUND: RetractInvalid,
  RETRACTION_NOT_FOUND: RetractionNotFound,
  IDEMPOTENCY_CONFLICT: IdempotencyConflict,
  FORBIDDEN: Forbidden,
  RUN_NOT_FOUND: RunNotFound,
  RUN_NOT_RESUMABLE: RunNotResumable,
  RERUN_NODE_UNKNOWN: RerunInvalid,
  RERUN_INVALID: RerunInvalid,
  RUN_STATE_CONFLICT: RunStateConflict,
  RUN_NOT_PAUSED: RunStateConflict,
  RUN_FINISHED: RunStateConflict,
  TOKEN_INVALID: InvalidToken,
  TOKEN_NOT_FOUND: TokenNotFound,
};

/** Runs an engine call; an error that result unions know is thrown as theirs, every other as it is. */
export async function withNamedErrors<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const Named = error instanceof HoplineError ? byCode[error.code] : undefined;
    throw Named ? new Named(error as HoplineError) : error;
  }
}
