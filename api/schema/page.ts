import { HoplineError } from '../../engine/plan/errors.ts';

/** The arguments of every connection. */
export interface PageArguments {
  first?: number | null;
  after?: string | null;
  last?: number | null;
  before?: string | null;
}

export interface Connection<T> {
  edges: { cursor: string; node: T }[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null };
}

/** How many rows a page has: 20 unless asked, 100 at most. @throws PAGE_INVALID */
export function pageSize({ first, last, before }: PageArguments): number {
  if (last != null || before != null)
    throw new HoplineError('PAGE_INVALID', 'page must be asked for with first and after, got last or before');
  if (first != null && (first < 1 || first > 100))
    throw new HoplineError('PAGE_INVALID', `page.first must be 1 to 100, got ${first}`);
  return first ?? 20;
}

/** A connection of rows that were read one more than the page has, to know whether there are others. */
export function connectionOf<T>(rows: readonly T[], args: PageArguments, cursorOf: (row: T) => string): Connection<T> {
  const size = pageSize(args);
  return connection(rows.slice(0, size), { hasNextPage: rows.length > size, hasPreviousPage: args.after != null }, cursorOf);
}

/** A connection over a list that is there whole; cursors are positions in it. */
export function listConnection<T>(all: readonly T[], args: PageArguments): Connection<T> {
  const size = pageSize(args);
  const start = args.after == null ? 0 : Number(args.after) + 1;
  if (!Number.isSafeInteger(start))
    throw new HoplineError('PAGE_INVALID', `page.after must be a cursor of an earlier page, got ${args.after}`);
  const rows = all.slice(start, start + size).map((row, i) => ({ row, cursor: String(start + i) }));
  const page = connection(rows, { hasNextPage: all.length > start + size, hasPreviousPage: start > 0 }, ({ cursor }) => cursor);
  return { ...page, edges: page.edges.map(({ cursor, node }) => ({ cursor, node: node.row })) };
}

export function connection<T>(
  rows: readonly T[],
  page: { hasNextPage: boolean; hasPreviousPage: boolean },
  cursorOf: (row: T) => string,
): Connection<T> {
  const edges = rows.map((node) => ({ cursor: cursorOf(node), node }));
  return { edges, pageInfo: { ...page, startCursor: edges[0]?.cursor ?? null, endCursor: edges.at(-1)?.cursor ?? null } };
}
