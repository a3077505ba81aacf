import type { RowRef, ScoreRef } from '../compute/order.ts';
import type { HandlePart } from '../plan/handles.ts';
import type { Tx } from './db.ts';
import { findNode } from './find-node.ts';

/** Coordinates of a member: its own in this node where they differ from the sample's. */
const COORDINATES = `coalesce(m.root_key, s.root_key) AS "rootKey", coalesce(m.chain, s.chain) AS chain,
  coalesce(m.depth, s.depth) AS depth, coalesce(m.hop, s.hop) AS hop`;
const IN_PART = `($2::int[] IS NULL OR coalesce(m.chain, s.chain) = ANY ($2)) AND ($3::int[] IS NULL OR coalesce(m.depth, s.depth) = ANY ($3))`;

/** Where the samples behind a handle lie: part after part, in node order, without failed ones. Of a source, the part's medium decides
 *  whether texts or pictures come. @throws NODE_NOT_FOUND */
export async function nodeRows(db: Tx, runId: string, parts: readonly HandlePart[]): Promise<RowRef[]> {
  const found: RowRef[] = [];
  for (const part of parts) {
    const node = await findNode(db, runId, part.node);
    const rows = await db.query<RowRef>(
      `SELECT s.key, a.digest AS artifact, s."row", ${COORDINATES}
         FROM node_sample m JOIN sample s ON s.id = m.sample_id JOIN artifact a ON a.id = s.artifact_id
        WHERE m.node_id = $1 AND ${IN_PART} AND s.medium = $4 AND s.failed IS NULL ORDER BY m.ordinal`,
      [node.id, part.chains, part.depths, part.medium],
    );
    for (const row of rows) found.push(row);
  }
  return found;
}

/** The same for scores. They name the sample that they judge. @throws NODE_NOT_FOUND */
export async function nodeScores(db: Tx, runId: string, parts: readonly HandlePart[]): Promise<ScoreRef[]> {
  const found: ScoreRef[] = [];
  for (const part of parts) {
    const node = await findNode(db, runId, part.node);
    const rows = await db.query<ScoreRef>(
      `SELECT c.key, a.digest AS artifact, c."row", s.key AS "sampleKey", ${COORDINATES}
         FROM node_score m JOIN score c ON c.id = m.score_id JOIN sample s ON s.id = c.sample_id JOIN artifact a ON a.id = c.artifact_id
        WHERE m.node_id = $1 AND ${IN_PART} AND c.failed IS NULL ORDER BY m.ordinal`,
      [node.id, part.chains, part.depths],
    );
    for (const row of rows) found.push(row);
  }
  return found;
}
