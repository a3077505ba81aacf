import type { Digest } from '../plan/digest.ts';
import { bytea } from './column-values.ts';
import type { Tx } from './db.ts';

/** Who made an object: the run and node, of a map node the task too. */
interface Maker {
  runId: string;
  node: string;
}

/** What an object of the store is. */
export type ObjectOrigin =
  | (Maker & { kind: 'sample' | 'score'; taskId: number /** Of its rows, in their order. */; keys: Digest[] })
  | (Maker & { kind: 'outcome'; key: Digest; epoch: number })
  | { kind: 'plan'; runId: string }
  | { kind: 'dataset'; name: string; reader: string }
  | { kind: 'model'; name: string; path: string }
  | { kind: 'unknown' };

/** Finds out what an object is. Reads tables of products to their end, since nobody else looks for samples by where they lie: only for an
 *  object that is broken. */
export async function objectOrigin(db: Tx, digest: Digest): Promise<ObjectOrigin> {
  for (const kind of ['sample', 'score'] as const) {
    const rows = await db.query<Maker & { key: Digest; taskId: number | null }>(
      `SELECT s.key, d.run_id AS "runId", d.node, d.task_id AS "taskId"
         FROM ${kind} s JOIN artifact a ON a.id = s.artifact_id LEFT JOIN derivation d ON d.id = s.derivation_id
        WHERE a.digest = $1 ORDER BY s."row"`,
      [bytea(digest)],
    );
    const [first] = rows;
    if (first?.taskId == null) continue;
    const { runId, node, taskId } = first;
    return { kind, runId, node, taskId, keys: rows.map(({ key }) => key) };
  }
  return (await outcomeOf(db, digest)) ?? (await givenOf(db, digest)) ?? { kind: 'unknown' };
}

async function outcomeOf(db: Tx, digest: Digest): Promise<ObjectOrigin | undefined> {
  const [outcome] = await db.query<Maker & { key: Digest; epoch: number }>(
    `SELECT d.run_id AS "runId", d.node, o.key, o.epoch FROM outcome o JOIN derivation d ON d.id = o.derivation_id
       JOIN artifact a ON a.id = o.artifact_id
      WHERE a.digest = $1 OR jsonb_path_exists(o.files, '$.*.digest ? (@ == $digest)', jsonb_build_object('digest', encode($1, 'hex')))
      LIMIT 1`,
    [bytea(digest)],
  );
  return outcome && { kind: 'outcome', ...outcome };
}

/** Plans, and what users have registered. */
async function givenOf(db: Tx, digest: Digest): Promise<ObjectOrigin | undefined> {
  const [plan] = await db.query<{ runId: string }>(
    `SELECT id AS "runId" FROM run WHERE plan_digest = $1 UNION ALL SELECT run_id FROM stage_shard WHERE artifact = $1 LIMIT 1`,
    [bytea(digest)],
  );
  if (plan) return { kind: 'plan', ...plan };
  const [dataset] = await db.query<{ name: string; reader: string }>(
    `SELECT d.name, d.reader FROM sample s JOIN artifact a ON a.id = s.artifact_id
       JOIN dataset_row r ON r.text_sample_id = s.id OR r.image_sample_id = s.id JOIN dataset d ON d.id = r.dataset_id
      WHERE a.digest = $1 ORDER BY d.registered_at DESC LIMIT 1`,
    [bytea(digest)],
  );
  if (dataset) return { kind: 'dataset', ...dataset };
  const [model] = await db.query<{ name: string; path: string }>(
    'SELECT m.name, f.key AS path FROM model m, jsonb_each_text(m.files) f WHERE f.value = $1 LIMIT 1',
    [digest],
  );
  return model && { kind: 'model', ...model };
}

/** The run's node that has a sample or score. */
export async function nodeHolding(db: Tx, runId: string, kind: 'sample' | 'score', key: Digest): Promise<string | undefined> {
  const [node] = await db.query<{ name: string }>(
    `SELECT n.name FROM ${kind} s JOIN node_${kind} m ON m.${kind}_id = s.id JOIN node n ON n.id = m.node_id
      WHERE s.key = $2 AND n.run_id = $1 ORDER BY n.ordinal LIMIT 1`,
    [runId, bytea(key)],
  );
  return node?.name;
}
