import type { Digest } from '../plan/digest.ts';
import { HoplineError } from '../plan/errors.ts';
import { bytea, jsonb } from './column-values.ts';
import type { Tx } from './db.ts';
import { insertDecisions } from './insert-decisions.ts';
import { insertMetrics } from './insert-metrics.ts';
import { insertTrainingSet } from './insert-training-set.ts';
import { outcomeDigest } from './outcome-digest.ts';
import { recordDivergences } from './record-divergences.ts';
import type { Ids, LiveCommit } from './task-commit.ts';

const KINDS = new Set(['decisions', 'checkpoint', 'result']);

/** Stores what a whole node made, with its decisions, its training set or its metrics. A key that exists keeps its content.
 *  @throws RESULT_INVALID when there is no artifact, OUTCOME_NOT_FOUND for an unknown earlier state or checkpoint */
export async function insertOutcome(tx: Tx, commit: LiveCommit, artifacts: Ids): Promise<void> {
  const { result, medium } = commit;
  const key = commit.key!;
  if (commit.reused?.some((member) => member.key === key)) return;
  if (!KINDS.has(medium) || !result.artifact) {
    throw new HoplineError(
      'RESULT_INVALID',
      `node "${commit.nodeName}".result must be decisions, a checkpoint or a result in an artifact, got ${medium}`,
    );
  }
  const contentDigest = outcomeDigest(commit);
  const inserted = await tx.query<{ id: number }>(
    `INSERT INTO outcome (key, kind, content_digest, artifact_id, epoch, parent_id, training_set_id, metrics, result, files, derivation_id)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (key) DO NOTHING RETURNING id`,
    [
      bytea(key),
      medium,
      bytea(contentDigest),
      artifacts.get(result.artifact.digest),
      commit.epoch,
      await outcomeId(tx, commit.previousKey),
      medium === 'checkpoint' ? await insertTrainingSet(tx, commit) : null,
      jsonb(result.epochMetrics),
      jsonb(result.result),
      jsonb(result.files),
      commit.derivationId,
    ],
  );
  const id = inserted[0]?.id;
  if (id === undefined) return recordIfOther(tx, commit, key, contentDigest);
  if (result.decisions) await insertDecisions(tx, id, result.decisions);
  await insertMetrics(tx, id, await outcomeId(tx, commit.checkpointKey), result);
}

async function recordIfOther(tx: Tx, commit: LiveCommit, key: Digest, other: Digest): Promise<void> {
  const [row] = await tx.query<{ existing: Digest }>('SELECT content_digest AS existing FROM outcome WHERE key = $1', [
    bytea(key),
  ]);
  if (row!.existing !== other) await recordDivergences(tx, [{ commit, key, existing: row!.existing, other }]);
}

async function outcomeId(tx: Tx, key: Digest | undefined): Promise<number | null> {
  if (key === undefined) return null;
  const [row] = await tx.query<{ id: number }>('SELECT id FROM outcome WHERE key = $1', [bytea(key)]);
  if (row) return row.id;
  throw new HoplineError('OUTCOME_NOT_FOUND', `key must be that of a committed state or result, got ${key}`);
}
