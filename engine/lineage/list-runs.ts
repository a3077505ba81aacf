import type { Tx } from './db.ts';
import { RUN_COLUMNS, type RunRow } from './run-row.ts';
import type { RunState } from './run-state.ts';

export interface RunPage {
  limit: number;
  /** Id of the last run of the page before. */
  after?: string;
  project?: string;
  pipeline?: string;
  states?: RunState[];
}

/** Newest first. */
export function listRuns(db: Tx, page: RunPage): Promise<RunRow[]> {
  return db.query(
    `SELECT ${RUN_COLUMNS} FROM run r JOIN project p ON p.id = r.project_id
      WHERE ($2::text IS NULL OR r.id < $2) AND ($3::text IS NULL OR p.name = $3)
        AND ($4::text IS NULL OR r.pipeline = $4) AND ($5::text[] IS NULL OR r.state = ANY ($5))
      ORDER BY r.id DESC LIMIT $1`,
    [page.limit, page.after, page.project, page.pipeline, page.states],
  );
}
