import { randomInt } from 'node:crypto';
import { type Digest, digestJson } from '../plan/digest.ts';
import { HoplineError } from '../plan/errors.ts';
import type { JsonObject } from '../plan/json.ts';
import { bytea, jsonb } from './column-values.ts';
import type { Db, Tx } from './db.ts';
import { findOrMakeProject } from './find-or-make-project.ts';
import { getRun } from './get-run.ts';
import { recordLaunch } from './run-executions.ts';
import type { Pins } from './run-pins.ts';
import type { RunRow } from './run-row.ts';
import type { VerificationOrder } from './verification-order.ts';
import { writeEvents } from './write-events.ts';

export interface NewRun {
  /** Default `default`; made when it is new. */
  project?: string;
  pipeline: string;
  pipelineVersion: string;
  params: JsonObject;
  seed: number;
  labels?: Record<string, string>;
  /** 1 (first) to 5. Default 3. */
  priority?: number;
  /** The same key and request give the same run, whenever they come. */
  idempotencyKey?: string;
  parentRunId?: string;
  /** Nodes that are made again although what they make exists. Default none. */
  remake?: readonly string[];
  /** Versions to use instead of the latest of a name. */
  pins?: Pins | null;
  /** The names or digests that the pins were asked for by: the same request later may find other versions under them. */
  pinsAsked?: JsonObject;
  /** The run whose derivations are executed again, and how much of it. */
  verifies?: { runId: string; order: VerificationOrder };
  codeRevision: string;
  environment: JsonObject;
}

/** Stores a run in state PLANNING, with its launch as execution 0. @throws IDEMPOTENCY_CONFLICT, RUN_NOT_FOUND for an unknown parent. */
export async function createRun(db: Db, run: NewRun): Promise<RunRow & { created: boolean }> {
  const requestDigest = digestJson({
    pipeline: run.pipeline,
    pipelineVersion: run.pipelineVersion,
    params: run.params,
    seed: run.seed,
    parentRunId: run.parentRunId ?? null,
    // Only where it says something: the digests of requests that are stored already stay what they are.
    ...(run.remake?.length ? { remake: [...run.remake] } : {}),
    ...(run.pinsAsked ? { pins: run.pinsAsked } : {}),
    ...(run.verifies ? { verifies: { runId: run.verifies.runId, ...run.verifies.order } } : {}),
  });
  return db.transaction(async (tx) => {
    const projectId = await findOrMakeProject(tx, run.project ?? 'default');
    const parent = run.parentRunId === undefined ? null : await getRun(tx, run.parentRunId);
    const id = newRunId();
    const inserted = await tx.query(
      `INSERT INTO run (id, project_id, pipeline, pipeline_version, params, seed, parent_run_id, root_run_id, code_revision,
                        environment, priority, labels, idempotency_key, request_digest, workflow_id, remake, pins, verifies_run_id,
                        verification, attempts)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, 1)
       ON CONFLICT (project_id, idempotency_key) DO NOTHING RETURNING id`,
      [
        id,
        projectId,
        run.pipeline,
        run.pipelineVersion,
        jsonb(run.params),
        run.seed,
        parent?.id,
        parent?.rootRunId ?? id,
        run.codeRevision,
        jsonb(run.environment),
        run.priority ?? 3,
        jsonb(run.labels ?? {}),
        run.idempotencyKey,
        bytea(requestDigest),
        `run/${id}`,
        run.remake ?? [],
        jsonb(run.pins),
        run.verifies?.runId,
        jsonb(run.verifies?.order),
      ],
    );
    if (!inserted.length) return { ...(await earlierRun(tx, projectId, run.idempotencyKey!, requestDigest)), created: false };
    await recordLaunch(tx, id);
    await writeEvents(tx, [{ runId: id, type: 'run.created', payload: { pipeline: run.pipeline, seed: run.seed } }]);
    return { ...(await getRun(tx, id)), created: true };
  });
}

/** `r`, the milliseconds since 1970 in base 36, six random characters: ids sort by time of creation. */
function newRunId(): string {
  const random = randomInt(36 ** 6)
    .toString(36)
    .padStart(6, '0');
  return `r${Date.now().toString(36).padStart(8, '0')}${random}`;
}

async function earlierRun(tx: Tx, projectId: number, idempotencyKey: string, requestDigest: Digest): Promise<RunRow> {
  const [earlier] = await tx.query<{ id: string; digest: Digest }>(
    'SELECT id, request_digest AS digest FROM run WHERE project_id = $1 AND idempotency_key = $2',
    [projectId, idempotencyKey],
  );
  if (earlier!.digest === requestDigest) return getRun(tx, earlier!.id);
  throw new HoplineError(
    'IDEMPOTENCY_CONFLICT',
    `run.idempotencyKey must be used for one request only, got ${idempotencyKey} of run ${earlier!.id}`,
    {
      hint: `hopline show ${earlier!.id}, or take another key`,
    },
  );
}
