import type { Tx } from './db.ts';
import { RUN_COLUMNS, type RunRow } from './run-row.ts';
import type { RunState } from './run-state.ts';
import type { Visibility } from './visibility.ts';

/** Which runs: all that is given must hold. */
export interface RunFilter {
  project?: string;
  pipeline?: string;
  states?: readonly RunState[];
  /** Labels that they have, each with this value. */
  labels?: Readonly<Record<string, string>>;
  createdAfter?: Date;
  createdBefore?: Date;
  /** What their id or the name of their pipeline begins with. */
  prefix?: string;
  /** Whether they execute another run again; those that don't make things. */
  verifying?: boolean;
}

/** Ids are sortable by time of creation. */
export type RunOrder = 'newest' | 'oldest';

export interface RunPage extends RunFilter {
  limit: number;
  /** Id of the last run of the page before. */
  after?: string;
  /** Default `newest`. */
  order?: RunOrder;
}

/** SQL over `run r JOIN project p`, parameters $1 to $9: see `filterValues`. */
export const RUN_FILTER = `($1::bigint IS NULL OR r.project_id = $1) AND ($2::text IS NULL OR p.name = $2)
  AND ($3::text IS NULL OR r.pipeline = $3) AND ($4::text[] IS NULL OR r.state = ANY ($4)) AND ($5::jsonb IS NULL OR r.labels @> $5)
  AND ($6::timestamptz IS NULL OR r.created_at >= $6) AND ($7::timestamptz IS NULL OR r.created_at < $7)
  AND ($8::text IS NULL OR starts_with(r.id, $8) OR starts_with(r.pipeline, $8))
  AND ($9::boolean IS NULL OR (r.verifies_run_id IS NOT NULL) = $9)`;

export const filterValues = (filter: RunFilter, visibility: Visibility): unknown[] => [
  visibility,
  filter.project ?? null,
  filter.pipeline ?? null,
  filter.states ?? null,
  filter.labels && Object.keys(filter.labels).length > 0 ? JSON.stringify(filter.labels) : null,
  filter.createdAfter ?? null,
  filter.createdBefore ?? null,
  filter.prefix ?? null,
  filter.verifying ?? null,
];

/** A page of the runs that a filter lets through. */
export function listRuns(db: Tx, page: RunPage, visibility: Visibility = null): Promise<RunRow[]> {
  const [beyond, direction] = page.order === 'oldest' ? ['>', 'ASC'] : ['<', 'DESC'];
  return db.query(
    `SELECT ${RUN_COLUMNS} FROM run r JOIN project p ON p.id = r.project_id
      WHERE ${RUN_FILTER} AND ($10::text IS NULL OR r.id ${beyond} $10) ORDER BY r.id ${direction} LIMIT $11`,
    [...filterValues(page, visibility), page.after ?? null, page.limit],
  );
}

/** How many runs a filter lets through. */
export async function countRuns(db: Tx, filter: RunFilter, visibility: Visibility = null): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    `SELECT count(*) AS count FROM run r JOIN project p ON p.id = r.project_id WHERE ${RUN_FILTER}`,
    filterValues(filter, visibility),
  );
  return row!.count;
}
