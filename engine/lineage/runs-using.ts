import { bytea } from './column-values.ts';
import type { Tx } from './db.ts';
import { type RetractedThing, samplesSaying } from './retractions.ts';
import type { Visibility } from './visibility.ts';

const MOST = 10_000;

/** The runs that have something as a part of them, the newest first, as far as a viewer sees them. A run that has what was made of a sample
 *  has the sample too, since a plan holds whole chains. `saying`: of a prompt, the samples that say it, where they are known. `limit`: runs at
 *  most, the newest ones; default 10,000. */
export async function runsUsing(
  db: Tx,
  thing: RetractedThing,
  visibility: Visibility,
  { saying, limit = MOST }: { saying?: readonly number[]; limit?: number } = {},
): Promise<string[]> {
  const { nodes, value } = await nodesUsing(db, thing, saying);
  const rows = await db.query<{ id: string }>(
    `SELECT r.id FROM run r WHERE r.id IN (SELECT n.run_id FROM node n WHERE ${nodes}) AND ($2::bigint IS NULL OR r.project_id = $2)
      ORDER BY r.id DESC LIMIT $3`,
    [value, visibility, limit],
  );
  return rows.map(({ id }) => id);
}

/** SQL: whether node `n` has the thing of parameter `$1`, and that parameter. */
async function nodesUsing(db: Tx, thing: RetractedThing, saying?: readonly number[]): Promise<{ nodes: string; value: unknown }> {
  switch (thing.kind) {
    case 'sample':
      return {
        nodes: 'n.id IN (SELECT m.node_id FROM node_sample m JOIN sample s ON s.id = m.sample_id WHERE s.key = $1)',
        value: bytea(thing.key),
      };
    case 'prompt':
      return {
        nodes: 'n.id IN (SELECT m.node_id FROM node_sample m WHERE m.sample_id = ANY ($1::bigint[]))',
        value: saying ?? (await samplesSaying(db, thing)).map(({ id }) => id),
      };
    case 'model':
      return { nodes: `EXISTS (SELECT FROM jsonb_each(n.models) m WHERE m.value ->> 'digest' = $1)`, value: thing.key };
    case 'dataset':
      return { nodes: `n.kind = 'source' AND ${READS_DATASET}`, value: bytea(thing.key) };
  }
}

/** A source has rows of one dataset, so a few of them tell which it is; versions of a dataset that share these rows count as it too. */
const READS_DATASET = `NOT EXISTS (
  SELECT FROM (SELECT m.sample_id FROM node_sample m WHERE m.node_id = n.id ORDER BY m.ordinal LIMIT 8) few
   WHERE NOT EXISTS (SELECT FROM dataset_row r JOIN dataset d ON d.id = r.dataset_id
                      WHERE (r.text_sample_id = few.sample_id OR r.image_sample_id = few.sample_id) AND d.digest = $1)
) AND EXISTS (SELECT FROM node_sample m WHERE m.node_id = n.id)`;
