import type { Tx } from './db.ts';
import { type LabelInformation, labelInformation, type ScoredLabel } from './label-information.ts';
import { distinctShare, jaccardDistance, tokensOf } from './text-measures.ts';

/** How far samples have come from the real ones, at one hop of one modality. */
export interface HopDrift {
  hop: number;
  depth: number;
  medium: string;
  /** That the run has, failed ones included. */
  samples: number;
  /** How many of them were looked at. */
  sampled: number;
  /** Texts: mean Jaccard distance between the words of a text and those of its real text, 0 (the same words) to 1 (none in common). null for
   *  other media, and where the real sample is no text. */
  distanceToRoot: number | null;
  /** Texts: distinct-2, different pairs of neighbouring words over all pairs. It falls with the number of texts: compare hops by `sampled`. */
  diversity: number | null;
  /** What scorers found left of the label, one each. */
  information: LabelInformation[];
}

interface DrawnSample {
  hop: number;
  depth: number;
  medium: string;
  text: string | null;
  rootText: string | null;
}

/** Samples that are looked at, a node. */
export const DRAWN = 500;
/** Characters of a text. */
const CHARACTERS = 20_000;

/** SQL: places 0 to expected - 1 of node `n`: all of them, or $2 where there are more. These are multiples of the golden ratio, which are spread evenly,
 *  fall into no step with the chains of a plan, and are the same each time (Weyl 1916). */
const PLACES = (n: string): string =>
  `(SELECT DISTINCT CASE WHEN ${n}.expected <= $2 THEN i
                         ELSE floor(${n}.expected * (i * 0.6180339887498949::float8 - floor(i * 0.6180339887498949::float8)))::int END AS ordinal
      FROM generate_series(0, least($2, ${n}.expected) - 1) AS i)`;

/** Distance to the root, diversity and label information of a run by modality and hop, from what is stored, without a device. Of each node at
 *  most 500 samples and scores are looked at, always the same ones. */
export async function runDrift(db: Tx, runId: string): Promise<HopDrift[]> {
  const counts = await db.query<Pick<HopDrift, 'hop' | 'depth' | 'medium' | 'samples'>>(
    `SELECT x.hop, x.depth, x.medium, sum(n.made + n.cached + n.failed)::int AS samples
       FROM node n
       CROSS JOIN LATERAL (SELECT coalesce(m.hop, s.hop) AS hop, coalesce(m.depth, s.depth) AS depth, s.medium
                             FROM node_sample m JOIN sample s ON s.id = m.sample_id WHERE m.node_id = n.id ORDER BY m.ordinal LIMIT 1) x
      WHERE n.run_id = $1 AND n.kind = 'map' GROUP BY 1, 2, 3 ORDER BY x.hop, x.depth, x.medium`,
    [runId],
  );
  const drawn = await db.query<DrawnSample>(
    `SELECT coalesce(m.hop, s.hop) AS hop, coalesce(m.depth, s.depth) AS depth, s.medium, left(s.text, ${CHARACTERS}) AS text,
            CASE WHEN s.text IS NOT NULL THEN left(root.text, ${CHARACTERS}) END AS "rootText"
       FROM node n CROSS JOIN LATERAL ${PLACES('n')} p
       JOIN node_sample m ON m.node_id = n.id AND m.ordinal = p.ordinal JOIN sample s ON s.id = m.sample_id
       JOIN sample root ON root.key = coalesce(m.root_key, s.root_key)
      WHERE n.run_id = $1 AND n.kind = 'map' AND s.failed IS NULL`,
    [runId, DRAWN],
  );
  const scored = await drawnScores(db, runId);
  return counts.map((count) => {
    const here = <T extends { hop: number; depth: number; medium: string }>(rows: readonly T[]): T[] =>
      rows.filter((row) => row.hop === count.hop && row.depth === count.depth && row.medium === count.medium);
    const own = here(drawn);
    const texts = own.flatMap(({ text }) => (text === null ? [] : [tokensOf(text)]));
    const distances = own.flatMap(({ text, rootText }) =>
      text === null || rootText === null ? [] : [jaccardDistance(tokensOf(text), tokensOf(rootText))],
    );
    return {
      ...count,
      sampled: own.length,
      distanceToRoot: distances.length > 0 ? distances.reduce((sum, each) => sum + each, 0) / distances.length : null,
      diversity: texts.length > 0 ? distinctShare(texts, 2) : null,
      information: labelInformation(here(scored)),
    };
  });
}

const drawnScores = (db: Tx, runId: string): Promise<(ScoredLabel & { hop: number; depth: number; medium: string })[]> =>
  db.query(
    `SELECT n.name AS node, coalesce(m.hop, s.hop) AS hop, coalesce(m.depth, s.depth) AS depth, s.medium, c.loss, c."values",
            coalesce(root.meta->>'label', (SELECT r.meta->>'label' FROM dataset_row r WHERE r.image_sample_id = root.id LIMIT 1)) AS label
       FROM node n CROSS JOIN LATERAL ${PLACES('n')} p
       JOIN node_score m ON m.node_id = n.id AND m.ordinal = p.ordinal JOIN score c ON c.id = m.score_id
       JOIN sample s ON s.id = c.sample_id JOIN sample root ON root.key = coalesce(m.root_key, s.root_key)
      WHERE n.run_id = $1 AND n.kind = 'map' AND c.failed IS NULL`,
    [runId, DRAWN * 8],
  );
