import type { Digest } from '../plan/digest.ts';
import type { Tx } from './db.ts';
import { type Visibility, visibleSample } from './visibility.ts';

/** Towards what a sample was made from, or towards what was made of it. */
export type Way = 'up' | 'down';

/** A place in the order of a walk. */
export interface WalkPlace {
  depth: number;
  /** Ids: going up `far` is the parent, going down the child. */
  far: number;
  near: number;
  role: string;
}

export interface WalkPage {
  /** 1 to 32. */
  maxHops: number;
  /** Edges a start. */
  first: number;
  /** The last edge of the page before. */
  after?: WalkPlace | undefined;
}

export interface WalkedEdge extends WalkPlace {
  /** Place among the child's parents. */
  ordinal: number;
  child: Digest;
  parent: Digest;
}

export interface WalkedPage {
  /** By depth, then in the order in which the far ends were made. */
  edges: WalkedEdge[];
  hasMore: boolean;
  /** What lies beyond the first edges was cut at 10,000 edges. */
  truncated: boolean;
}

type WalkedRow = WalkedEdge & { start: number };

/** Bounds the part of a walk behind the first edges: of one start, and of each one more. */
const MAX_EDGES = 10_000;
const MORE_EDGES = 1_000;

/** One page of a walk from each of several samples, in two statements at most. What hangs on a start itself is read in the order of an index, as
 *  far as the page goes: a sample with 200,000 children answers like one with a hundred. What lies further is walked breadth first, up
 *  to 10,000 edges. A walk goes through visible samples only. */
export async function walkPages(
  db: Tx,
  way: Way,
  starts: readonly number[],
  page: WalkPage,
  visibility: Visibility,
): Promise<Map<number, WalkedPage>> {
  const pages = new Map<number, WalkedPage>(starts.map((start) => [start, { edges: [], hasMore: false, truncated: false }]));
  // Parents are few; children may be any number.
  if (way === 'down' && (page.after?.depth ?? 1) === 1)
    for (const row of await firstEdges(db, way, starts, page, visibility)) add(pages, row, page.first);
  const open = starts.filter((start) => !pages.get(start)!.hasMore);
  const begun = way === 'down' ? 2 : 1;
  if (open.length === 0 || page.maxHops < begun) return pages;
  const { rows, truncated } = await furtherEdges(db, way, open, page, begun, visibility);
  for (const row of rows) add(pages, row, page.first);
  if (truncated) for (const start of open) pages.get(start)!.truncated = true;
  return pages;
}

function add(pages: Map<number, WalkedPage>, { start, ...edge }: WalkedRow, first: number): void {
  const page = pages.get(start)!;
  if (page.edges.length < first) page.edges.push(edge);
  else page.hasMore = true;
}

const ends = (way: Way): readonly [near: string, far: string] =>
  way === 'up' ? ['child_id', 'parent_id'] : ['parent_id', 'child_id'];

const KEYS = `(SELECT key FROM sample WHERE id = e.child_id) AS child, (SELECT key FROM sample WHERE id = e.parent_id) AS parent`;

function firstEdges(db: Tx, way: Way, starts: readonly number[], page: WalkPage, visibility: Visibility): Promise<WalkedRow[]> {
  const [near, far] = ends(way);
  return db.query(
    `SELECT x.id AS start, 1 AS depth, e.role, e.ordinal, e.${near} AS near, e.${far} AS far, ${KEYS}
       FROM unnest($1::bigint[]) AS x (id)
       CROSS JOIN LATERAL (
         SELECT * FROM edge WHERE ${near} = x.id AND (${far}, role) > ($3::bigint, $4::text) AND ${visibleSample(`edge.${far}`, 2)}
          ORDER BY ${far}, role LIMIT $5) e
      ORDER BY x.id, e.${far}, e.role`,
    [starts, visibility, page.after?.far ?? 0, page.after?.role ?? '', page.first + 1],
  );
}

/** Edges from depth `begun` on. OFFSET 0 keeps the planner from reading the whole table for a join: every step is a look into an index. */
async function furtherEdges(
  db: Tx,
  way: Way,
  starts: readonly number[],
  page: WalkPage,
  begun: number,
  visibility: Visibility,
): Promise<{ rows: WalkedRow[]; truncated: boolean }> {
  const [near, far] = ends(way);
  const rows = await db.query<WalkedRow & { walked: number }>(
    `WITH RECURSIVE walked (start, depth, child_id, parent_id, role, ordinal) AS (
       SELECT x.id, 1, e.* FROM unnest($1::bigint[]) AS x (id) CROSS JOIN LATERAL (
         SELECT child_id, parent_id, role, ordinal FROM edge WHERE ${near} = x.id AND ${visibleSample(`edge.${far}`, 2)} OFFSET 0) e
       UNION
       SELECT w.start, w.depth + 1, e.* FROM walked w CROSS JOIN LATERAL (
         SELECT child_id, parent_id, role, ordinal FROM edge WHERE ${near} = w.${far} AND ${visibleSample(`edge.${far}`, 2)} OFFSET 0) e
        WHERE w.depth < $3
     ), cut AS MATERIALIZED (
       SELECT * FROM walked LIMIT $4
     ), nearest AS (
       SELECT DISTINCT ON (start, ${far}, ${near}, role) * FROM cut ORDER BY start, ${far}, ${near}, role, depth
     ), placed AS (
       SELECT *, row_number() OVER (PARTITION BY start ORDER BY depth, ${far}, ${near}, role) AS place FROM nearest
        WHERE depth >= $5 AND (depth, ${far}, ${near}, role) > ($6::int, $7::bigint, $8::bigint, $9::text)
     )
     SELECT e.start, e.depth, e.role, e.ordinal, e.${near} AS near, e.${far} AS far, ${KEYS}, (SELECT count(*) FROM cut) AS walked
       FROM placed e WHERE e.place <= $10 ORDER BY e.start, e.place`,
    [
      starts,
      visibility,
      page.maxHops,
      MAX_EDGES + MORE_EDGES * (starts.length - 1),
      begun,
      page.after?.depth ?? 0,
      page.after?.far ?? 0,
      page.after?.near ?? 0,
      page.after?.role ?? '',
      page.first + 1,
    ],
  );
  const most = MAX_EDGES + MORE_EDGES * (starts.length - 1);
  return { rows: rows.map(({ walked: _, ...row }) => row), truncated: (rows[0]?.walked ?? 0) >= most };
}
