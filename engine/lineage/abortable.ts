import type { Db } from './db.ts';

/** The database for one request: when `signal` aborts, the statement that runs is cancelled on the server, and every later one is refused
 *  with the signal's reason. Closing it closes nothing. */
export function abortable(db: Db, signal: AbortSignal): Db {
  return {
    ...db,
    query: (sql, values, own) => db.query(sql, values, own ? AbortSignal.any([signal, own]) : signal),
    transaction: (fn, own) => db.transaction(fn, own ? AbortSignal.any([signal, own]) : signal),
    close: async () => {},
  };
}
