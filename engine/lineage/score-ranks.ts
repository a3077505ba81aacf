import type { Tx } from './db.ts';
import type { Visibility } from './visibility.ts';

export interface ScoreRank {
  scoreId: number;
  /** 0 is the lowest loss of its instance. */
  rank: number;
  /** How many scores of the instance there are. */
  of: number;
}

const ROOT = 'coalesce(m.root_key, s.root_key)';
const MEMBERS = 'node_score m JOIN score c ON c.id = m.score_id JOIN sample s ON s.id = c.sample_id';

/** The end of a score's instance in its node: the nearest member before or behind it that grew from another real sample. A plan lays the items
 *  of one root side by side, so this looks at one row more than the instance has. */
const END = (way: '<' | '>'): string =>
  `SELECT m.ordinal FROM ${MEMBERS} WHERE m.node_id = own.node_id AND m.ordinal ${way} own.ordinal AND ${ROOT} <> own.root_key
    ORDER BY m.ordinal ${way === '<' ? 'DESC' : 'ASC'} LIMIT 1`;

/** Where scores stand among those of the same real sample in the node that made them. Failed ones, and those of nodes that a new plan has
 *  replaced, are missing. */
export function scoreRanks(db: Tx, scoreIds: readonly number[], visibility: Visibility): Promise<ScoreRank[]> {
  return db.query(
    `SELECT own.id AS "scoreId", counted.rank, counted.of
       FROM unnest($1::bigint[]) AS x (id)
       CROSS JOIN LATERAL (
         SELECT c.id, c.loss, m.node_id, m.ordinal, ${ROOT} AS root_key
           FROM ${MEMBERS} JOIN node n ON n.id = m.node_id JOIN run r ON r.id = n.run_id
          WHERE m.score_id = x.id AND c.loss IS NOT NULL AND ($2::bigint IS NULL OR r.project_id = $2) ORDER BY m.node_id LIMIT 1) own
       CROSS JOIN LATERAL (SELECT coalesce((${END('<')}), -1) AS before, coalesce((${END('>')}), 2147483647) AS behind) block
       CROSS JOIN LATERAL (
         SELECT count(*) FILTER (WHERE c.loss < own.loss)::int AS rank, count(*)::int AS of
           FROM node_score m JOIN score c ON c.id = m.score_id
          WHERE m.node_id = own.node_id AND m.ordinal > block.before AND m.ordinal < block.behind AND c.loss IS NOT NULL) counted`,
    [scoreIds, visibility],
  );
}
