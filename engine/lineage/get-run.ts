import { HoplineError } from '../plan/errors.ts';
import { closeRunIds } from './close-run-ids.ts';
import type { Tx } from './db.ts';
import { RUN_COLUMNS, type RunRow } from './run-row.ts';

/** @throws RUN_NOT_FOUND */
export async function getRun(db: Tx, id: string): Promise<RunRow> {
  const [run] = await db.query<RunRow>(`SELECT ${RUN_COLUMNS} FROM run r JOIN project p ON p.id = r.project_id WHERE r.id = $1`, [
    id,
  ]);
  if (!run) throw runNotFound(id, await closeRunIds(db, id));
  return run;
}

/** `close`: ids that may be meant, since an id is copied from somewhere. */
export const runNotFound = (id: string, close: readonly string[] = []): HoplineError =>
  new HoplineError('RUN_NOT_FOUND', `run must be the id of a stored run, got ${id}`, {
    hint: close.length > 0 ? `did you mean ${close.join(' or ')}?` : 'hopline runs',
  });
