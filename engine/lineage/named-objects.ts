import type { Digest } from '../plan/digest.ts';
import { byteas } from './column-values.ts';
import type { Tx } from './db.ts';

/** Every place where a row names an object of the store. `named-objects.test.ts` fails when a new column might be one more. */
const NAMED = `
  SELECT a.digest FROM artifact a JOIN (
    SELECT artifact_id FROM sample UNION SELECT artifact_id FROM score UNION SELECT artifact_id FROM outcome
  ) used ON used.artifact_id = a.id
  UNION SELECT decode(file.value ->> 'digest', 'hex') FROM outcome o, jsonb_each(o.files) AS file WHERE jsonb_typeof(o.files) = 'object'
  UNION SELECT plan_digest FROM run WHERE plan_digest IS NOT NULL
  UNION SELECT artifact FROM stage_shard
  UNION SELECT decode(file.value, 'hex') FROM model m, jsonb_each_text(m.files) AS file`;

/** The objects that a run, a model, a dataset or anything made refers to. Reads the tables of products to their end: seconds for millions. */
export async function namedObjects(db: Tx): Promise<Set<Digest>> {
  const rows = await db.query<{ digest: Digest }>(NAMED);
  return new Set(rows.map(({ digest }) => digest));
}

/** Which of these are named, as of now. */
export async function namedAmong(db: Tx, digests: readonly Digest[]): Promise<Set<Digest>> {
  const rows = await db.query<{ digest: Digest }>(`SELECT digest FROM (${NAMED}) AS named WHERE digest = ANY ($1::bytea[])`, [
    byteas(digests),
  ]);
  return new Set(rows.map(({ digest }) => digest));
}

/** Rows of artifacts that nothing refers to any more, and that are older than that moment. */
export async function unusedArtifacts(db: Tx, before: Date): Promise<Digest[]> {
  const rows = await db.query<{ digest: Digest }>(`SELECT digest FROM artifact WHERE created_at < $1 EXCEPT (${NAMED})`, [
    before,
  ]);
  return rows.map(({ digest }) => digest);
}
