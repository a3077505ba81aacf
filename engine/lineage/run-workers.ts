import type { Tx } from './db.ts';

export interface RunWorker {
  name: string;
  host: string;
  pid: number;
  startedAt: Date;
  seenAt: Date;
  endedAt: Date | null;
  /** Seconds since its last sign of life, by the database's clock. */
  silent: number;
  /** It was there when the run was last started, or has committed something of it since. */
  tookPart: boolean;
}

export interface RunWorkers {
  /** When the run was launched, or resumed last. */
  lastStart: Date;
  workers: RunWorker[];
}

/** The workers that may have to do with a run since it was last started, the dead ones too. */
export async function runWorkers(db: Tx, runId: string): Promise<RunWorkers> {
  // The start stays in the database: a Date has milliseconds, and a worker may have come in the same one.
  const start = `(SELECT coalesce(max(e.started_at), r.created_at) FROM run r LEFT JOIN run_execution e ON e.run_id = r.id WHERE r.id = $1 GROUP BY r.id)`;
  const [first] = await db.query<{ at: Date }>(`SELECT ${start} AS at`, [runId]);
  // A worker signs every two seconds; one that was last seen a minute before the start was gone by then.
  const workers = await db.query<RunWorker>(
    `SELECT name, host, pid, started_at AS "startedAt", seen_at AS "seenAt", ended_at AS "endedAt",
            extract(epoch FROM clock_timestamp() - seen_at)::float8 AS silent,
            (started_at <= start.at AND coalesce(ended_at, 'infinity') > start.at)
              OR name IN (SELECT worker FROM derivation WHERE run_id = $1 AND created_at >= start.at) AS "tookPart"
       FROM worker, (SELECT ${start} AS at) AS start WHERE seen_at > start.at - interval '1 minute' ORDER BY started_at`,
    [runId],
  );
  return { lastStart: first!.at, workers };
}
