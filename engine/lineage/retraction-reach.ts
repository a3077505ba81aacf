import { bytea } from './column-values.ts';
import type { Tx } from './db.ts';
import { type RetractedThing, samplesSaying } from './retractions.ts';
import { runsUsing } from './runs-using.ts';
import { type Visibility, visibleOutcome, visibleSample } from './visibility.ts';

/** What rests on a thing, as far as a viewer sees it. Each number is counted up to 10,000. */
export interface RetractionReach {
  /** Samples that it is, holds or made, and what is derived from them over all hops. */
  samples: number;
  /** Scores and decisions of these. */
  scores: number;
  decisions: number;
  /** States of folds that trained on any of these. */
  checkpoints: number;
  /** Runs that have it, the newest first. */
  runs: string[];
}

const MOST = 10_000;

export async function retractionReach(db: Tx, thing: RetractedThing, visibility: Visibility): Promise<RetractionReach> {
  const reached = await db.query<{ id: number }>(
    `WITH RECURSIVE reached (id) AS (
       SELECT id FROM unnest($1::bigint[]) AS id UNION SELECT e.child_id FROM reached r JOIN edge e ON e.parent_id = r.id
     ), bounded AS MATERIALIZED (SELECT id FROM reached LIMIT ${MOST})
     SELECT id FROM bounded b WHERE ${visibleSample('b.id', 2)}`,
    [await samplesOf(db, thing), visibility],
  );
  const samples = reached.map(({ id }) => id);
  const [counts] = await db.query<Pick<RetractionReach, 'scores' | 'decisions' | 'checkpoints'>>(
    `SELECT (SELECT count(*)::int FROM (SELECT FROM score WHERE sample_id = ANY ($1::bigint[]) LIMIT ${MOST}) x) AS scores,
            (SELECT count(*)::int FROM (SELECT FROM decision WHERE sample_id = ANY ($1::bigint[]) AND ${visibleOutcome('outcome_id', 2)} LIMIT ${MOST}) x) AS decisions,
            (SELECT count(*)::int FROM (
               SELECT DISTINCT o.id FROM training_set_member m JOIN outcome o ON o.training_set_id = m.set_id
                WHERE m.sample_id = ANY ($1::bigint[]) AND ${visibleOutcome('o.id', 2)} LIMIT ${MOST}) x) AS checkpoints`,
    [samples, visibility],
  );
  return { samples: samples.length, ...counts!, runs: await runsUsing(db, thing, visibility) };
}

/** The samples that a thing is, holds or made itself. */
async function samplesOf(db: Tx, thing: RetractedThing): Promise<number[]> {
  if (thing.kind === 'prompt') return (await samplesSaying(db, thing)).slice(0, MOST).map(({ id }) => id);
  const [sql, value] = SAMPLES[thing.kind](thing.key);
  return (await db.query<{ id: number }>(`${sql} LIMIT ${MOST}`, [value])).map(({ id }) => id);
}

const SAMPLES: Record<Exclude<RetractedThing['kind'], 'prompt'>, (key: string) => [sql: string, value: unknown]> = {
  sample: (key) => ['SELECT id FROM sample WHERE key = $1', bytea(key)],
  dataset: (key) => [
    `SELECT unnest(ARRAY[r.text_sample_id, r.image_sample_id]) AS id FROM dataset_row r JOIN dataset d ON d.id = r.dataset_id WHERE d.digest = $1`,
    bytea(key),
  ],
  model: (key) => [
    `SELECT s.id FROM derivation d JOIN sample s ON s.derivation_id = d.id
      WHERE EXISTS (SELECT FROM jsonb_each_text(d.models) m WHERE m.value = $1)`,
    key,
  ],
};
