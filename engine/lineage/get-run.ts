import { HoplineError } from '../plan/errors.ts';
import type { Tx } from './db.ts';
import { RUN_COLUMNS, type RunRow } from './run-row.ts';

/** @throws RUN_NOT_FOUND */
export async function getRun(db: Tx, id: string): Promise<RunRow> {
  const [run] = await db.query<RunRow>(`SELECT ${RUN_COLUMNS} FROM run r JOIN project p ON p.id = r.project_id WHERE r.id = $1`, [
    id,
  ]);
  if (!run) throw runNotFound(id);
  return run;
}

export const runNotFound = (id: string): HoplineError =>
  new HoplineError('RUN_NOT_FOUND', `run must be the id of a stored run, got ${id}`, { hint: 'hopline runs' });
