import type { Tx } from './db.ts';
import type { Visibility } from './visibility.ts';
import { type WalkedEdge, type WalkPlace, type WalkStep, type Way, walkedEdges } from './walked-edges.ts';

export interface WalkPage {
  /** 1 to 32. */
  maxHops: number;
  /** Edges a start. */
  first: number;
  /** The last edge of the page before. */
  after?: WalkPlace | undefined;
}

export interface WalkedPage {
  /** By depth, then in the order in which the far ends were made. */
  edges: WalkedEdge[];
  hasMore: boolean;
  /** What led to this page was cut at 10,000 edges, so some of what belongs here or behind is missing. */
  truncated: boolean;
}

/** One page of a walk from each of several samples, hop by hop. Of the hop on which a page ends no more is read than the page has room for, in the
 *  order of an index: a sample with 200,000 children or grandchildren answers like one with a hundred. Hops before the page are walked
 *  whole, up to 10,000 edges. A walk goes through visible samples only. Mostly one statement; two for a page that goes on where one ended. */
export async function walkPages(
  db: Tx,
  way: Way,
  starts: readonly number[],
  page: WalkPage,
  visibility: Visibility,
): Promise<Map<number, WalkedPage>> {
  const pages = new Map<number, WalkedPage>(starts.map((start) => [start, { edges: [], hasMore: false, truncated: false }]));
  const { after, maxHops } = page;
  const begun = after?.depth ?? 0;
  const walk = { way, room: page.first + 1, visibility };
  // What is left of the hop on which the page before ended, then the hops behind it.
  if (after) await fill(db, pages, starts, page.first, { ...walk, whole: begun - 1, maxDepth: begun, after });
  const open = starts.filter((start) => !pages.get(start)!.hasMore);
  if (open.length > 0 && begun < maxHops) await fill(db, pages, open, page.first, { ...walk, whole: begun, maxDepth: maxHops });
  return pages;
}

/** Adds what a step finds to the pages. */
async function fill(
  db: Tx,
  pages: ReadonlyMap<number, WalkedPage>,
  starts: readonly number[],
  first: number,
  step: WalkStep,
): Promise<void> {
  const again: number[] = [];
  for (const [start, found] of await walkedEdges(db, starts, step)) {
    const page = pages.get(start)!;
    // Edges that are reached on several hops have taken room more than once.
    if (found.stopped && !found.cut && page.edges.length + found.edges.length <= first) {
      again.push(start);
      continue;
    }
    page.truncated ||= found.cut;
    page.hasMore = page.edges.length + found.edges.length > first;
    page.edges.push(...found.edges.slice(0, first - page.edges.length));
  }
  if (again.length > 0) await fill(db, pages, again, first, { ...step, room: step.room * 4 });
}
