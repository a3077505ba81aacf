import type { Tx } from './db.ts';

/** A worker that gave no sign of life for so long is taken for dead, wherever it was. It gives one every two seconds. */
const SILENT = '60 seconds';

export interface WorkerFacts {
  name: string;
  /** Where its pid can be looked up. */
  host: string;
  pid: number;
  buildId: string;
  devices: string[];
  resources: string[];
}

export interface HeldActivity {
  /** Temporal's token of this very attempt. */
  taskToken: Uint8Array;
  workflowId: string;
  activity: string;
}

export async function registerWorker(db: Tx, worker: WorkerFacts): Promise<void> {
  await db.query(
    `INSERT INTO worker (name, host, pid, build_id, devices, resources) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (name) DO UPDATE SET seen_at = now(), ended_at = NULL`,
    [worker.name, worker.host, worker.pid, worker.buildId, worker.devices, worker.resources],
  );
}

/** A sign of life; and the other workers of the host that have not said good-bye. */
export function seeWorkers(db: Tx, name: string, host: string): Promise<{ name: string; pid: number }[]> {
  return db.query(
    `WITH seen AS (UPDATE worker SET seen_at = now() WHERE name = $1)
     SELECT name, pid FROM worker WHERE host = $2 AND ended_at IS NULL AND name <> $1`,
    [name, host],
  );
}

export async function endWorker(db: Tx, name: string): Promise<void> {
  await db.query('UPDATE worker SET ended_at = now() WHERE name = $1 AND ended_at IS NULL', [name]);
}

export async function holdActivity(db: Tx, worker: string, held: HeldActivity): Promise<void> {
  await db.query(
    'INSERT INTO worker_activity (task_token, worker, workflow_id, activity) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
    [Buffer.from(held.taskToken), worker, held.workflowId, held.activity],
  );
}

export async function dropActivity(db: Tx, taskToken: Uint8Array): Promise<void> {
  await db.query('DELETE FROM worker_activity WHERE task_token = $1', [Buffer.from(taskToken)]);
}

export async function heldActivities(db: Tx, worker: string): Promise<HeldActivity[]> {
  const rows = await db.query<{ taskToken: string; workflowId: string; activity: string }>(
    `SELECT task_token AS "taskToken", workflow_id AS "workflowId", activity FROM worker_activity WHERE worker = $1 ORDER BY started_at`,
    [worker],
  );
  return rows.map((row) => ({ ...row, taskToken: Buffer.from(row.taskToken, 'hex') }));
}

/** Builds of the workflow code that a worker serves now, and whether a worker of this one was ever here before. */
export async function knownBuilds(
  db: Tx,
  own: { name: string; buildId: string },
): Promise<{ live: Set<string>; isNew: boolean }> {
  const rows = await db.query<{ buildId: string; live: boolean; others: number }>(
    `SELECT build_id AS "buildId", bool_or(ended_at IS NULL AND seen_at > now() - interval '${SILENT}') AS live,
            count(*) FILTER (WHERE name <> $1)::int AS others
       FROM worker GROUP BY build_id`,
    [own.name],
  );
  const live = new Set(rows.filter((row) => row.live).map((row) => row.buildId));
  return { live, isNew: !rows.some((row) => row.buildId === own.buildId && row.others > 0) };
}

/** The build of the worker that came last before this one, and those of its workers that have not said good-bye. */
export async function lastBuild(
  db: Tx,
  own: string,
): Promise<{ buildId: string; workers: { name: string; pid: number; host: string }[] } | null> {
  const rows = await db.query<{ buildId: string; name: string; pid: number; host: string; here: boolean }>(
    `SELECT build_id AS "buildId", name, pid, host, ended_at IS NULL AND seen_at > now() - interval '${SILENT}' AS here
       FROM worker WHERE build_id = (SELECT build_id FROM worker WHERE name <> $1 ORDER BY started_at DESC LIMIT 1)`,
    [own],
  );
  return rows[0] ? { buildId: rows[0].buildId, workers: rows.filter(({ here }) => here) } : null;
}
