import type { RowRef, ScoreRef } from '../compute/order.ts';
import type { HandlePart } from '../plan/handles.ts';
import type { Tx } from './db.ts';
import { findNode } from './find-node.ts';

const ROWS = 20_000;

/** Coordinates of a member: its own in this node where they differ from the sample's. */
const COORDINATES = `coalesce(m.root_key, s.root_key) AS "rootKey", coalesce(m.chain, s.chain) AS chain,
  coalesce(m.depth, s.depth) AS depth, coalesce(m.hop, s.hop) AS hop`;
/** Members after the last one, in the order of the index. Filters come after the page is cut, so that a page is one walk along the index. */
const MEMBERS = (kind: 'sample' | 'score'): string => `(
  SELECT * FROM node_${kind} WHERE node_id = $1 AND (ordinal, ${kind}_id) > ($2, $3) ORDER BY ordinal, ${kind}_id LIMIT ${ROWS}) m`;
const IN_PART = `($4::int[] IS NULL OR coalesce(m.chain, s.chain) = ANY ($4)) AND ($5::int[] IS NULL OR coalesce(m.depth, s.depth) = ANY ($5))`;

const SAMPLES = `
  SELECT m.ordinal, m.sample_id AS id, s.key, a.digest AS artifact, s."row", ${COORDINATES},
         s.medium = $6 AND s.failed IS NULL AND a.id IS NOT NULL AND ${IN_PART} AS wanted
    FROM ${MEMBERS('sample')} JOIN sample s ON s.id = m.sample_id LEFT JOIN artifact a ON a.id = s.artifact_id ORDER BY m.ordinal, m.sample_id`;
const SCORES = `
  SELECT m.ordinal, m.score_id AS id, c.key, a.digest AS artifact, c."row", s.key AS "sampleKey", ${COORDINATES},
         c.failed IS NULL AND a.id IS NOT NULL AND $6::text IS NOT NULL AND ${IN_PART} AS wanted
    FROM ${MEMBERS('score')} JOIN score c ON c.id = m.score_id JOIN sample s ON s.id = c.sample_id LEFT JOIN artifact a ON a.id = c.artifact_id
   ORDER BY m.ordinal, m.score_id`;

type Member<R> = R & { ordinal: number; id: number; wanted: boolean };

/** Where the samples behind a handle lie, a page at a time: part after part, in node order, without failed ones. Of a source, the part's
 *  medium decides whether texts or pictures come. @throws NODE_NOT_FOUND */
export const nodeRowPages = (db: Tx, runId: string, parts: readonly HandlePart[]): AsyncGenerator<RowRef[]> =>
  pages<RowRef>(db, SAMPLES, runId, parts);

/** The same for scores. They name the sample that they judge. @throws NODE_NOT_FOUND */
export const nodeScorePages = (db: Tx, runId: string, parts: readonly HandlePart[]): AsyncGenerator<ScoreRef[]> =>
  pages<ScoreRef>(db, SCORES, runId, parts);

async function* pages<R extends RowRef>(db: Tx, sql: string, runId: string, parts: readonly HandlePart[]): AsyncGenerator<R[]> {
  for (const part of parts) {
    const node = await findNode(db, runId, part.node);
    for (let after = { ordinal: -1, id: 0 }; ; ) {
      const members = await db.query<Member<R>>(sql, [node.id, after.ordinal, after.id, part.chains, part.depths, part.medium]);
      yield members.flatMap(({ ordinal, id, wanted, ...row }) => (wanted ? [row as unknown as R] : []));
      if (members.length < ROWS) break;
      after = members.at(-1)!;
    }
  }
}
