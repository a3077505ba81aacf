import type { Digest } from '../plan/digest.ts';
import type { Tx } from './db.ts';
import { seedsOf } from './impact-seeds.ts';
import { ownPlace } from './own-place.ts';
import { resolveSample } from './resolve-sample.ts';
import type { RetractedThing } from './retractions.ts';
import type { RunMetric } from './run-metrics.ts';
import { runsUsing } from './runs-using.ts';
import { nodesAround, type Visibility, visibleAround, visibleOutcome, visibleScore } from './visibility.ts';

/** What something can be asked for: a sample by its key, a model or a dataset by its digest, a prompt by its words. */
export type ImpactCause = RetractedThing;

export interface Impact {
  /** Samples derived from it, over all hops; of a model also those that it made, of a dataset also its own. Counted up to 10,000. */
  samples: number;
  /** Scores and decisions of it and of those samples. */
  scores: number;
  decisions: number;
  /** The last state of every fold that trained on any of them, or used it. */
  checkpoints: { id: number; key: Digest; runId: string; node: string; epoch: number }[];
  /** Of results that rest on these checkpoints, directly or through others. */
  metrics: (RunMetric & { id: number; runId: string })[];
  /** Runs that have any of this, newest first. */
  runs: string[];
  /** Ids of the samples, oldest first. */
  sampleIds: number[];
  /** There are more samples, outcomes, metrics or runs than were counted, and what hangs on those is missing. */
  truncated: boolean;
}

/** Samples, outcomes, metrics and runs that are told, of each. */
const MOST = 10_000;

/** Everything downstream of one sample. @throws SAMPLE_NOT_FOUND */
export async function impactOf(db: Tx, sampleKey: Digest, visibility: Visibility = null, most = MOST): Promise<Impact> {
  const { key } = await resolveSample(db, sampleKey, visibility);
  return impactOfThing(db, { kind: 'sample', key, name: null }, visibility, most);
}

/** Everything downstream: edges, then training sets, then what read those checkpoints. As far as the viewer sees. @throws SAMPLE_NOT_FOUND */
export async function impactOfThing(
  db: Tx,
  cause: ImpactCause,
  visibility: Visibility,
  /** Of each kind of thing. */
  most = MOST,
): Promise<Impact> {
  let truncated = false;
  const cut = <T>(found: readonly T[]): T[] => {
    truncated ||= found.length > most;
    return found.slice(0, most);
  };
  const seeds = await seedsOf(db, cause, most + 1, visibility);
  const all = cut(await reachedSamples(db, seeds.samples, visibility, most + 1));
  const [counts] = await db.query<{ scores: number; decisions: number }>(
    `SELECT (SELECT count(*) FROM score WHERE sample_id = ANY ($1::bigint[]) AND ${visibleScore('score.id', 2)}) AS scores,
            (SELECT count(*) FROM decision WHERE sample_id = ANY ($1::bigint[]) AND ${visibleOutcome('decision.outcome_id', 2)}) AS decisions`,
    [all, visibility],
  );
  const outcomes = cut(await restingOutcomes(db, all, seeds.outcomes, visibility, most + 1));
  const itself = new Set(cause.kind === 'sample' ? seeds.samples : []);
  const sampleIds = all.filter((id) => !itself.has(id)).sort((a, b) => a - b);
  const checkpoints = await checkpointsAmong(db, outcomes, visibility);
  const metrics = cut(await metricsOf(db, outcomes, visibility, most + 1));
  const runs = cut(await runsUsing(db, cause, visibility, { saying: seeds.samples, limit: most + 1 }));
  return { samples: sampleIds.length, ...counts!, checkpoints, metrics, runs, sampleIds, truncated };
}

/** Samples and what was made of them, breadth first. */
async function reachedSamples(db: Tx, seeds: readonly number[], visibility: Visibility, limit: number): Promise<number[]> {
  const rows = await db.query<{ id: number }>(
    `WITH RECURSIVE reached (id) AS (
       SELECT unnest($1::bigint[])
       UNION
       SELECT e.child_id FROM reached r CROSS JOIN LATERAL (
         SELECT child_id FROM edge WHERE parent_id = r.id AND ${visibleAround('edge.child_id', 2, '(SELECT ids FROM around)::bigint[]')} OFFSET 0) e
     ), around (ids) AS MATERIALIZED (
       SELECT ${nodesAround('($1::bigint[])[1]', 2)}
     ) SELECT id FROM reached LIMIT $3`,
    [seeds, visibility, limit],
  );
  return rows.map((row) => row.id);
}

/** Outcomes that rest on samples or outcomes: those that trained on them, decided or predicted on them, and what read those in turn. */
async function restingOutcomes(
  db: Tx,
  samples: readonly number[],
  outcomes: readonly number[],
  visibility: Visibility,
  limit: number,
): Promise<number[]> {
  const rows = await db.query<{ id: number }>(
    `WITH RECURSIVE reached (id) AS (
       (SELECT unnest($2::bigint[])
        UNION SELECT o.id FROM training_set_member m JOIN outcome o ON o.training_set_id = m.set_id WHERE m.sample_id = ANY ($1::bigint[])
        UNION SELECT outcome_id FROM decision WHERE sample_id = ANY ($1::bigint[])
        UNION SELECT outcome_id FROM prediction WHERE sample_id = ANY ($1::bigint[]))
       UNION
       SELECT o.id FROM reached r JOIN derivation_input i ON i.outcome_id = r.id JOIN outcome o ON o.derivation_id = i.derivation_id
     ) SELECT id FROM reached r WHERE ${visibleOutcome('r.id', 3)} LIMIT $4`,
    [samples, outcomes, visibility, limit],
  );
  return rows.map((row) => row.id);
}

const checkpointsAmong = (db: Tx, outcomes: readonly number[], visibility: Visibility): Promise<Impact['checkpoints']> =>
  db.query(
    `SELECT DISTINCT ON (2, 3) o.key, coalesce(own.run_id, d.run_id) AS "runId", coalesce(own.name, d.node) AS node, o.epoch, o.id
       FROM outcome o JOIN derivation d ON d.id = o.derivation_id ${ownPlace('outcome', 'o.id', 'd.run_id', 2)}
      WHERE o.id = ANY ($1::bigint[]) AND o.kind = 'checkpoint' ORDER BY 2, 3, o.epoch DESC`,
    [outcomes, visibility],
  );

const metricsOf = (db: Tx, outcomes: readonly number[], visibility: Visibility, limit: number): Promise<Impact['metrics']> =>
  db.query(
    `SELECT m.id, coalesce(own.run_id, d.run_id) AS "runId", coalesce(own.name, d.node) AS node, c.key AS checkpoint,
            m.name, m.slice, m.mode, m.value, m.low, m.high
       FROM metric m JOIN outcome o ON o.id = m.outcome_id JOIN derivation d ON d.id = o.derivation_id
       LEFT JOIN outcome c ON c.id = m.checkpoint_id ${ownPlace('outcome', 'o.id', 'd.run_id', 2)}
      WHERE m.outcome_id = ANY ($1::bigint[]) ORDER BY m.id LIMIT $3`,
    [outcomes, visibility, limit],
  );
