import type { Digest } from '../plan/digest.ts';
import type { JsonObject } from '../plan/json.ts';
import type { Pins } from './run-pins.ts';
import type { RunState } from './run-state.ts';
import type { VerificationOrder } from './verification-order.ts';

/** An error as it is stored on a run, a node or a task: what a `HoplineError` says. */
export interface StoredError {
  code: string;
  message: string;
  hint?: string;
}

export interface RunRow {
  id: string;
  project: string;
  pipeline: string;
  pipelineVersion: string;
  params: JsonObject;
  seed: number;
  state: RunState;
  planDigest: Digest | null;
  rootDigest: Digest | null;
  parentRunId: string | null;
  rootRunId: string;
  /** How often it was started: by its launch, then by each resume. */
  attempts: number;
  codeRevision: string;
  environment: JsonObject;
  priority: number;
  labels: Record<string, string>;
  idempotencyKey: string | null;
  /** `run/<id>`. */
  workflowId: string;
  error: StoredError | null;
  /** Nodes that are made again although what they make exists: a rerun. */
  remake: string[];
  /** Digest of everything that the stored plan was made from. */
  planInputs: Digest | null;
  /** When somebody asked to cancel it; a resume clears it. */
  cancelRequestedAt: Date | null;
  cancelReason: string | null;
  /** Versions that it uses instead of the latest of a name; null: none. */
  pins: Pins | null;
  /** The run whose derivations it executes again; null for a run that makes things. */
  verifiesRunId: string | null;
  verification: VerificationOrder | null;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
}

/** SELECT list for `run r JOIN project p`. */
export const RUN_COLUMNS = `
  r.id, p.name AS project, r.pipeline, r.pipeline_version AS "pipelineVersion", r.params, r.seed, r.state,
  r.plan_digest AS "planDigest", r.root_digest AS "rootDigest", r.parent_run_id AS "parentRunId", r.root_run_id AS "rootRunId",
  r.attempts, r.code_revision AS "codeRevision", r.environment, r.priority, r.labels, r.idempotency_key AS "idempotencyKey",
  r.workflow_id AS "workflowId", r.error, r.remake, r.plan_inputs AS "planInputs", r.cancel_requested_at AS "cancelRequestedAt",
  r.cancel_reason AS "cancelReason", r.pins, r.verifies_run_id AS "verifiesRunId", r.verification, r.created_at AS "createdAt", r.started_at AS "startedAt", r.finished_at AS "finishedAt"`;
