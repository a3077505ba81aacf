import type { Digest } from '../plan/digest.ts';
import { HoplineError } from '../plan/errors.ts';
import type { Tx } from './db.ts';
import { resolveSample } from './resolve-sample.ts';
import { type SampleRow, samplesById } from './sample-row.ts';

export interface WalkOptions {
  /** Default 32. */
  maxHops?: number;
  /** Edges a page. */
  first: number;
  /** Cursor of the page before. */
  after?: string;
}

export interface LineageEdge {
  /** 1 is a direct parent or child; of several ways the shortest. */
  depth: number;
  role: string;
  /** Place among the child's parents. */
  ordinal: number;
  child: Digest;
  parent: Digest;
  /** The far end: the parent going up, the child going down. */
  sample: SampleRow;
}

export interface LineagePage {
  /** By depth, then in the order in which the far ends were made. */
  edges: LineageEdge[];
  cursor: string | null;
  hasMore: boolean;
  /** The walk was cut at 10,000 edges. */
  truncated: boolean;
}

interface EdgeRow {
  depth: number;
  role: string;
  ordinal: number;
  childId: number;
  parentId: number;
  walked: number;
}

/** Bounds the walk from a hub: a real sample may have hundreds of thousands of descendants. */
const MAX_EDGES = 10_000;

/** Everything that a sample was made from, up to the real samples, as flat edges. @throws SAMPLE_NOT_FOUND */
export const ancestors = (db: Tx, sampleKey: Digest, options: WalkOptions): Promise<LineagePage> =>
  walk(db, sampleKey, options, 'up');

/** Everything that was made from a sample, as flat edges. @throws SAMPLE_NOT_FOUND */
export const descendants = (db: Tx, sampleKey: Digest, options: WalkOptions): Promise<LineagePage> =>
  walk(db, sampleKey, options, 'down');

async function walk(db: Tx, sampleKey: Digest, options: WalkOptions, way: 'up' | 'down'): Promise<LineagePage> {
  const start = await resolveSample(db, sampleKey);
  const [near, far] = way === 'up' ? (['child_id', 'parent_id'] as const) : (['parent_id', 'child_id'] as const);
  // UNION on ids and depth only, so that a diamond is walked once a level; the LIMIT stops the recursion itself, which is lazy.
  const rows = await db.query<EdgeRow>(
    `WITH RECURSIVE reached (id, depth) AS (
       SELECT $1::bigint, 0
       UNION
       SELECT e.${far}, r.depth + 1 FROM reached r JOIN edge e ON e.${near} = r.id WHERE r.depth < $2
     ), walked AS MATERIALIZED (
       SELECT r.depth + 1 AS depth, e.* FROM (SELECT * FROM reached WHERE depth < $2 LIMIT $3) r JOIN edge e ON e.${near} = r.id LIMIT $3
     ), nearest AS (
       SELECT DISTINCT ON (${far}, ${near}, role) * FROM walked ORDER BY ${far}, ${near}, role, depth
     )
     SELECT depth, role, ordinal, child_id AS "childId", parent_id AS "parentId", (SELECT count(*) FROM walked) AS walked FROM nearest
      WHERE (depth, ${far}, ${near}, role) > ($4::int, $5::bigint, $6::bigint, $7::text)
      ORDER BY depth, ${far}, ${near}, role LIMIT $8`,
    [start.id, options.maxHops ?? 32, MAX_EDGES, ...parseCursor(options.after), options.first + 1],
  );
  const page = rows.slice(0, options.first);
  const samples = new Map(
    (await samplesById(db, [...new Set(page.flatMap((row) => [row.childId, row.parentId]))])).map((row) => [row.id, row]),
  );
  const edges = page.map(({ depth, role, ordinal, childId, parentId }) => {
    const { id, ...sample } = samples.get(way === 'up' ? parentId : childId)!;
    return { depth, role, ordinal, child: samples.get(childId)!.key, parent: samples.get(parentId)!.key, sample };
  });
  const last = page.at(-1);
  const ends = last && (way === 'up' ? [last.parentId, last.childId] : [last.childId, last.parentId]);
  return {
    edges,
    cursor: last && ends ? `${last.depth}.${ends[0]}.${ends[1]}.${last.role}` : (options.after ?? null),
    hasMore: rows.length > options.first,
    truncated: (rows[0]?.walked ?? 0) >= MAX_EDGES,
  };
}

function parseCursor(cursor: string | undefined): [depth: number, far: string, near: string, role: string] {
  if (cursor === undefined) return [0, '0', '0', ''];
  const match = /^(\d{1,9})\.(\d{1,18})\.(\d{1,18})\.(.*)$/s.exec(cursor);
  if (match) return [Number(match[1]), match[2]!, match[3]!, match[4]!];
  throw new HoplineError('CURSOR_INVALID', `lineage.after must be a cursor of an earlier page, got ${cursor.slice(0, 60)}`);
}
