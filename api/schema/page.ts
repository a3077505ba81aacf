import { HoplineError } from '../../engine/plan/errors.ts';
import type { CursorCode } from './cursor.ts';

/** The arguments of every connection. */
export interface PageArguments {
  first?: number | null | undefined;
  after?: string | null | undefined;
}

export interface Connection<T> {
  edges: { cursor: string; node: T }[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null };
  /** Counts all pages; called when a client asks. null where nobody has counted. */
  totalCount?: () => Promise<number | null> | number | null;
}

/** How many rows a page has: 20 unless asked, 100 at most. @throws PAGE_INVALID */
export function pageSize({ first }: PageArguments): number {
  if (first != null && (first < 1 || first > 100))
    throw new HoplineError('PAGE_INVALID', `page.first must be 1 to 100, got ${first}`);
  return first ?? 20;
}

/** A connection of rows that were read one more than the page has, to know whether there are others. */
export function connectionOf<T>(rows: readonly T[], args: PageArguments, cursorOf: (row: T) => string): Connection<T> {
  const size = pageSize(args);
  return connection(rows.slice(0, size), { hasNextPage: rows.length > size, hasPreviousPage: args.after != null }, cursorOf);
}

/** A connection over a list that is there whole; its cursors are positions in it. */
export function listConnection<T>(all: readonly T[], args: PageArguments, code: CursorCode<[number]>): Connection<T> {
  const size = pageSize(args);
  const start = (code.decode(args.after)?.[0] ?? -1) + 1;
  const page = connection(
    all.slice(start, start + size).map((row, at) => ({ row, at: start + at })),
    { hasNextPage: all.length > start + size, hasPreviousPage: start > 0 },
    ({ at }) => code.encode([at]),
  );
  return {
    ...page,
    edges: page.edges.map(({ cursor, node }) => ({ cursor, node: node.row })),
    totalCount: () => all.length,
  };
}

export function connection<T>(
  rows: readonly T[],
  page: { hasNextPage: boolean; hasPreviousPage: boolean },
  cursorOf: (row: T) => string,
): Connection<T> {
  const edges = rows.map((node) => ({ cursor: cursorOf(node), node }));
  return { edges, pageInfo: { ...page, startCursor: edges[0]?.cursor ?? null, endCursor: edges.at(-1)?.cursor ?? null } };
}
