import { HoplineError } from '../plan/errors.ts';
import { closeRunIds } from './close-run-ids.ts';
import type { Tx } from './db.ts';
import { RUN_COLUMNS, type RunRow } from './run-row.ts';
import type { Visibility } from './visibility.ts';

/** @throws RUN_NOT_FOUND, also for a run of another project, in the same words */
export async function getRun(db: Tx, id: string, visibility: Visibility = null): Promise<RunRow> {
  // Postgres takes no NUL, not even to look for.
  if (id.includes('\0')) throw runNotFound(JSON.stringify(id));
  const [run] = await db.query<RunRow>(
    `SELECT ${RUN_COLUMNS} FROM run r JOIN project p ON p.id = r.project_id WHERE r.id = $1 AND ($2::bigint IS NULL OR r.project_id = $2)`,
    [id, visibility],
  );
  if (!run) throw runNotFound(id, await closeRunIds(db, id, visibility));
  return run;
}

/** `close`: ids that may be meant, since an id is copied from somewhere. */
export const runNotFound = (id: string, close: readonly string[] = []): HoplineError =>
  new HoplineError('RUN_NOT_FOUND', `run must be the id of a stored run, got ${id}`, {
    hint: close.length > 0 ? `did you mean ${close.join(' or ')}?` : 'hopline runs',
  });
