import type { Digest } from '../plan/digest.ts';
import type { Tx } from './db.ts';
import { ownPlace } from './own-place.ts';
import { bySample } from './sample-scores.ts';
import { type Visibility, visibleOutcome } from './visibility.ts';

/** A page of each of several lists: `after` is the id of the last row of the page before. */
export interface KeysetPage {
  limit: number;
  after?: number;
}

/** One state of a fold. */
export interface CheckpointUse {
  id: number;
  checkpoint: Digest;
  runId: string;
  node: string;
  epoch: number;
}

export interface Prediction {
  id: number;
  outcome: Digest;
  checkpoint: Digest | null;
  mode: string | null;
  label: string;
  logProbabilities: number[];
}

const PLACE = 'coalesce(own.run_id, d.run_id) AS "runId", coalesce(own.name, d.node) AS node';

/** Checkpoints that trained on samples, oldest first. */
export async function sampleTrained(
  db: Tx,
  sampleIds: readonly number[],
  page: KeysetPage,
  visibility: Visibility,
): Promise<Map<number, CheckpointUse[]>> {
  const rows = await db.query<CheckpointUse & { sampleId: number }>(
    `SELECT x.id AS "sampleId", o.id, o.key AS checkpoint, o.epoch, ${PLACE}
       FROM unnest($1::bigint[]) AS x (id)
       CROSS JOIN LATERAL (
         SELECT o.* FROM training_set_member m JOIN outcome o ON o.training_set_id = m.set_id
          WHERE m.sample_id = x.id AND o.id > $3 AND ${visibleOutcome('o.id', 2)} ORDER BY o.id LIMIT $4) o
       JOIN derivation d ON d.id = o.derivation_id ${ownPlace('outcome', 'o.id', 'd.run_id', 2)}
      ORDER BY o.id`,
    [sampleIds, visibility, page.after ?? 0, page.limit],
  );
  return bySample(rows);
}

/** What checkpoints said about samples, oldest first. */
export async function samplePredictions(
  db: Tx,
  sampleIds: readonly number[],
  page: KeysetPage,
  visibility: Visibility,
): Promise<Map<number, Prediction[]>> {
  const rows = await db.query<Prediction & { sampleId: number }>(
    `SELECT x.id AS "sampleId", p.id, o.key AS outcome, c.key AS checkpoint, p.mode, p.label, p.log_probabilities AS "logProbabilities"
       FROM unnest($1::bigint[]) AS x (id)
       CROSS JOIN LATERAL (SELECT * FROM prediction WHERE sample_id = x.id AND id > $3 AND ${visibleOutcome('prediction.outcome_id', 2)}
                            ORDER BY id LIMIT $4) p
       JOIN outcome o ON o.id = p.outcome_id LEFT JOIN outcome c ON c.id = p.checkpoint_id
      ORDER BY p.id`,
    [sampleIds, visibility, page.after ?? 0, page.limit],
  );
  return bySample(rows);
}

/** Runs that have samples, newest first: their ids. `after`: id of the last run of the page before. */
export async function sampleRuns(
  db: Tx,
  sampleIds: readonly number[],
  page: { limit: number; after?: string },
  visibility: Visibility,
): Promise<Map<number, { runId: string }[]>> {
  const rows = await db.query<{ sampleId: number; runId: string }>(
    `SELECT x.id AS "sampleId", r.id AS "runId"
       FROM unnest($1::bigint[]) AS x (id)
       CROSS JOIN LATERAL (
         SELECT DISTINCT n.run_id AS id FROM node_sample m JOIN node n ON n.id = m.node_id JOIN run r ON r.id = n.run_id
          WHERE m.sample_id = x.id AND ($3::text IS NULL OR n.run_id < $3) AND ($2::bigint IS NULL OR r.project_id = $2)
          ORDER BY n.run_id DESC LIMIT $4) r
      ORDER BY r.id DESC`,
    [sampleIds, visibility, page.after ?? null, page.limit],
  );
  return bySample(rows);
}
