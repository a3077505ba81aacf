import type { Digest } from '../plan/digest.ts';
import { anyLength } from './column-values.ts';
import type { Tx } from './db.ts';
import { nodesAround, type Visibility, visibleAround } from './visibility.ts';

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

export interface WalkedEdge extends WalkPlace {
  /** Place among the child's parents. */
  ordinal: number;
  child: Digest;
  parent: Digest;
}

/** Part of a walk: the edges behind hop `whole`, up to hop `maxDepth`. */
export interface WalkStep {
  way: Way;
  /** Hops that are walked whole and not returned. */
  whole: number;
  maxDepth: number;
  /** Edges behind that, a start: how many are wanted. The walk stops on the hop on which there are so many. */
  room: number;
  /** Of hop `maxDepth`, only what lies behind this. */
  after?: WalkPlace;
  visibility: Visibility;
}

/** What was found from one start. */
export interface FoundEdges {
  /** The first `room` at most, by depth, far end, near end, role. */
  edges: WalkedEdge[];
  /** It stopped because `room` was taken: there may be more. */
  stopped: boolean;
  /** It stopped because too much was walked: some is missing. */
  cut: boolean;
}

/** Bounds a walk from one start, and what each one more adds. */
const MAX_EDGES = 10_000;
const MORE_EDGES = 1_000;

interface FoundRow extends Omit<WalkedEdge, 'child' | 'parent'> {
  start: number;
  /** Of the far end. */
  key: Digest;
  /** Of the near end, where hops before the page may have it. */
  nearKey?: Digest;
}

/** Hop by hop from each of several samples, in one statement. Every step is a look into an index, which LATERAL and LIMIT keep it. A row of depth 0 a
 *  start tells how its walk ended. */
export async function walkedEdges(db: Tx, starts: readonly number[], step: WalkStep): Promise<Map<number, FoundEdges>> {
  const [near, far] = step.way === 'up' ? ['child_id', 'parent_id'] : ['parent_id', 'child_id'];
  const most = MAX_EDGES + MORE_EDGES * (starts.length - 1);
  const { after, whole } = step;
  const rows = await db.query<FoundRow>(
    `WITH RECURSIVE walked (start, depth, far, near, role, ordinal, room, total) AS (
       SELECT x.id, 0, x.id, 0::bigint, ''::text, 0, $3::bigint, 0::bigint FROM unnest(${anyLength(1, 'bigint')}) AS x (id)
       UNION ALL
       SELECT start, depth, far, near, role, ordinal, room - CASE WHEN depth > $4 THEN count(*) OVER (PARTITION BY start) ELSE 0 END,
              total + count(*) OVER ()
         FROM (
           SELECT n.start, n.depth + 1 AS depth, e.far, n.far AS near, e.role, e.ordinal, n.room, n.total
             FROM (SELECT DISTINCT start, depth, far, room, total FROM walked WHERE depth < $5 AND room > 0 AND total < $6) n
             CROSS JOIN LATERAL (
               SELECT ${far} AS far, role, ordinal FROM edge
                WHERE ${near} = n.far AND ${far} >= CASE WHEN n.depth + 1 = $7 THEN $8::bigint ELSE 0 END
                  AND (n.depth + 1 <> $7 OR (${far}, n.far, role) > ($8::bigint, $9::bigint, $10::text))
                  AND ${visibleAround(`edge.${far}`, 2, '(SELECT ids FROM around)::bigint[]')}
                ORDER BY ${far}, role LIMIT CASE WHEN n.depth < $4 THEN $6 ELSE n.room END) e
            LIMIT $6) hop
     ), around (ids) AS MATERIALIZED (
       SELECT ${nodesAround(`${anyLength(1, 'bigint')}[1]`, 2)}
     ), nearest AS (
       SELECT DISTINCT ON (start, far, near, role) * FROM walked WHERE depth > 0 ORDER BY start, far, near, role, depth
     ), placed AS (
       SELECT *, row_number() OVER (PARTITION BY start ORDER BY depth, far, near, role) AS place FROM nearest WHERE depth > $4
     )
     SELECT start, depth, far, near, role, ordinal, (SELECT key FROM sample WHERE id = far) AS key${
       whole > 0 ? ', (SELECT key FROM sample WHERE id = near) AS "nearKey"' : ''
     }
       FROM (
         SELECT start, 0 AS depth, start AS far, min(room) AS near, '' AS role, max(total) AS ordinal, 0 AS place FROM walked GROUP BY start
         UNION ALL
         SELECT start, depth, far, near, role, ordinal, place FROM placed WHERE place <= $3) e
      ORDER BY start, place`,
    [
      starts,
      step.visibility,
      step.room,
      whole,
      step.maxDepth,
      most,
      after?.depth ?? 0,
      after?.far ?? 0,
      after?.near ?? 0,
      after?.role ?? '',
    ],
  );
  return byStart(rows, step.way, most);
}

/** Rows begin with one for the start itself, which has the room that is left for its near end and what was walked for its ordinal. Each near end has
 *  been a far end before. */
function byStart(rows: readonly FoundRow[], way: Way, most: number): Map<number, FoundEdges> {
  const found = new Map<number, FoundEdges>();
  const keys = new Map<number, Digest>();
  for (const { start, key, nearKey, ...place } of rows) {
    keys.set(place.far, key);
    if (place.depth === 0) found.set(start, { edges: [], stopped: place.near <= 0, cut: place.ordinal >= most });
    else {
      const other = nearKey ?? keys.get(place.near)!;
      const [child, parent] = way === 'up' ? [other, key] : [key, other];
      found.get(start)!.edges.push({ ...place, child, parent });
    }
  }
  return found;
}
