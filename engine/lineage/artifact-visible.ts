import type { Digest } from '../plan/digest.ts';
import { bytea } from './column-values.ts';
import type { Tx } from './db.ts';
import type { Visibility } from './visibility.ts';

interface Artifact {
  id: number;
  createdAt: string;
}

/** Whether a viewer may read an object of the store as a whole: what a run of the project made, its plans, and what all share, which is files of
 *  models and datasets. A shard of another project's run stays closed also where single samples of it are found by a run of this one: those
 *  are read one by one. False for what no row names. */
export async function artifactVisible(db: Tx, digest: Digest, visibility: Visibility): Promise<boolean> {
  if (visibility === null) return true;
  const given = [bytea(digest), visibility, digest];
  if ((await db.query(GIVEN, given)).length > 0) return true;
  const [artifact] = await db.query<Artifact>('SELECT id, created_at::text AS "createdAt" FROM artifact WHERE digest = $1', [
    bytea(digest),
  ]);
  if (!artifact) return false;
  return (await madeInOneCommit(db, artifact, visibility)) || (await madeByReading(db, artifact, visibility));
}

/** Plans of the project's runs with their pages; files of models; what nodes of its runs made as a whole. */
const GIVEN = `
  SELECT 1 FROM run WHERE project_id = $2 AND plan_digest = $1
  UNION ALL SELECT 1 FROM stage_shard s JOIN run r ON r.id = s.run_id WHERE r.project_id = $2 AND s.artifact = $1
  UNION ALL SELECT 1 FROM model m, jsonb_each_text(m.files) f WHERE f.value = $3::text
  UNION ALL SELECT 1 FROM run r JOIN node n ON n.run_id = r.id JOIN node_outcome m ON m.node_id = n.id JOIN outcome o ON o.id = m.outcome_id
     LEFT JOIN artifact a ON a.id = o.artifact_id
    WHERE r.project_id = $2 AND (a.digest = $1 OR jsonb_path_exists(o.files, '$.*.digest ? (@ == $digest)', jsonb_build_object('digest', $3::text)))
  LIMIT 1`;

/** A shard's row is written by the transaction that writes its derivation, so that both have the same time: no index over the shards of all
 *  samples is needed, which every commit would pay for. */
async function madeInOneCommit(db: Tx, artifact: Artifact, project: number): Promise<boolean> {
  const made = (kind: 'sample' | 'score' | 'outcome') => `
    SELECT 1 FROM run r JOIN derivation d ON d.run_id = r.id AND d.created_at = $2::timestamptz JOIN ${kind} s ON s.derivation_id = d.id
     WHERE r.project_id = $3 AND s.artifact_id = $1`;
  const found = await db.query(`${made('sample')} UNION ALL ${made('score')} UNION ALL ${made('outcome')} LIMIT 1`, [
    artifact.id,
    artifact.createdAt,
    project,
  ]);
  return found.length > 0;
}

/** Everything else: shards of datasets, and what was put before it was committed. Reads the tables to their end when there is nothing, which only
 *  happens to somebody who knows the digest of another project's object. */
async function madeByReading(db: Tx, artifact: Artifact, project: number): Promise<boolean> {
  const made = (kind: 'sample' | 'score' | 'outcome') => `
    SELECT 1 FROM ${kind} s LEFT JOIN derivation d ON d.id = s.derivation_id LEFT JOIN run r ON r.id = d.run_id
     WHERE s.artifact_id = $1 AND (s.derivation_id IS NULL OR r.project_id = $2)`;
  const found = await db.query(`${made('sample')} UNION ALL ${made('score')} UNION ALL ${made('outcome')} LIMIT 1`, [
    artifact.id,
    project,
  ]);
  return found.length > 0;
}
