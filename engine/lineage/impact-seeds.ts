import { bytea } from './column-values.ts';
import type { Tx } from './db.ts';
import { resolveSample } from './resolve-sample.ts';
import { type RetractedThing, samplesSaying } from './retractions.ts';
import { type Visibility, visibleOutcome, visibleSample } from './visibility.ts';

/** Where the impact of something begins: ids. */
export interface Seeds {
  samples: number[];
  outcomes: number[];
}

/** What something is or made itself, as far as the viewer sees: a sample, what a model made, the rows of a dataset, all texts that say exactly what
 *  a prompt says. @throws SAMPLE_NOT_FOUND */
export async function seedsOf(db: Tx, thing: RetractedThing, limit: number, visibility: Visibility): Promise<Seeds> {
  switch (thing.kind) {
    case 'sample':
      return { samples: [(await resolveSample(db, thing.key, visibility)).id], outcomes: [] };
    case 'prompt':
      return {
        samples: await visible(
          db,
          (await samplesSaying(db, thing)).map(({ id }) => id),
          limit,
          visibility,
        ),
        outcomes: [],
      };
    case 'dataset':
      return { samples: await rowsOf(db, thing, limit, visibility), outcomes: [] };
    case 'model':
      return madeWith(db, thing, limit, visibility);
  }
}

async function visible(db: Tx, ids: readonly number[], limit: number, visibility: Visibility): Promise<number[]> {
  const rows = await db.query<{ id: number }>(
    `SELECT x.id FROM unnest($1::bigint[]) AS x (id) WHERE ${visibleSample('x.id', 2)} ORDER BY x.id LIMIT $3`,
    [ids, visibility, limit],
  );
  return rows.map(({ id }) => id);
}

async function rowsOf(db: Tx, thing: RetractedThing, limit: number, visibility: Visibility): Promise<number[]> {
  const rows = await db.query<{ id: number }>(
    `SELECT DISTINCT x.id
       FROM (SELECT r.text_sample_id, r.image_sample_id FROM dataset d JOIN dataset_row r ON r.dataset_id = d.id
              WHERE d.digest = $1 AND ($2::text IS NULL OR d.name = $2)) r
       CROSS JOIN LATERAL (VALUES (r.text_sample_id), (r.image_sample_id)) AS x (id)
      WHERE x.id IS NOT NULL AND ${visibleSample('x.id', 3)} LIMIT $4`,
    [bytea(thing.key), thing.name, visibility, limit],
  );
  return rows.map(({ id }) => id);
}

const MADE_WITH = `jsonb_path_query_array(d.models, '$.*') @> to_jsonb($1::text)`;

async function madeWith(db: Tx, thing: RetractedThing, limit: number, visibility: Visibility): Promise<Seeds> {
  const samples = await db.query<{ id: number }>(
    `SELECT s.id FROM derivation d JOIN sample s ON s.derivation_id = d.id WHERE ${MADE_WITH} AND ${visibleSample('s.id', 2)} LIMIT $3`,
    [thing.key, visibility, limit],
  );
  const outcomes = await db.query<{ id: number }>(
    `SELECT o.id FROM derivation d JOIN outcome o ON o.derivation_id = d.id WHERE ${MADE_WITH} AND ${visibleOutcome('o.id', 2)} LIMIT $3`,
    [thing.key, visibility, limit],
  );
  return { samples: samples.map(({ id }) => id), outcomes: outcomes.map(({ id }) => id) };
}
