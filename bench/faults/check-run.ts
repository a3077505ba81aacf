import type { Db } from '../../engine/lineage/index.ts';

/** What a run must not have after its faults. All zero but `tasks`. */
export interface RunCheck {
  /** Samples, scores and outcomes that the plan expects and the run doesn't have. */
  lost: number;
  /** Members that stand twice, and committed derivations whose products another one had made. */
  doubled: number;
  /** Commits by an attempt that didn't hold the newest lease. */
  stale: number;
  /** Tasks with more or less than one committed attempt, and attempts that began after their task was committed. */
  again: number;
  /** Keys that came out differently the second time. */
  divergences: number;
  /** Tasks of the run, all committed. */
  tasks: number;
  /** Leases taken on them. */
  attempts: number;
}

/** Asks the database itself; nothing that the engine says of the run is believed. */
export async function checkRun(db: Db, runId: string): Promise<RunCheck> {
  const one = async (sql: string): Promise<number> =>
    Number((await db.query<{ count: number }>(`SELECT coalesce((${sql}), 0)::int AS count`, [runId]))[0]!.count);
  return {
    lost: (await one(LOST)) + (await one(UNCOMMITTED)),
    doubled: (await one(TWICE)) + (await one(BARREN)),
    stale: await one(STALE),
    again: await one(AGAIN),
    divergences: await one('SELECT count(*) FROM divergence WHERE run_id = $1'),
    tasks: await one('SELECT count(*) FROM task WHERE run_id = $1'),
    attempts: await one('SELECT count(*) FROM attempt a JOIN task t ON t.id = a.task_id WHERE t.run_id = $1'),
  };
}

const MEMBERS = `
  SELECT n.id, n.kind, n.expected, m.ordinal FROM node n
    JOIN LATERAL (SELECT ordinal FROM node_sample WHERE node_id = n.id
                  UNION ALL SELECT ordinal FROM node_score WHERE node_id = n.id
                  UNION ALL SELECT ordinal FROM node_outcome WHERE node_id = n.id) m ON true
   WHERE n.run_id = $1 AND n.kind <> 'source'`;

const LOST = `
  SELECT sum(greatest(0, n.expected - coalesce(m.found, 0))) FROM node n
    LEFT JOIN (SELECT id, count(DISTINCT ordinal) AS found FROM (${MEMBERS}) x GROUP BY id) m ON m.id = n.id
   WHERE n.run_id = $1 AND n.kind <> 'source'`;

const UNCOMMITTED = `SELECT count(*) FROM task WHERE run_id = $1 AND state <> 'committed'`;

/** Beyond its expectation, or the same place taken twice. */
const TWICE = `
  SELECT sum(m.found - m.places + greatest(0, m.places - m.expected))
    FROM (SELECT id, expected, count(*) AS found, count(DISTINCT ordinal) AS places FROM (${MEMBERS}) x GROUP BY id, expected) m`;

const BARREN = `
  SELECT count(*) FROM derivation d
   WHERE d.run_id = $1 AND d.items > 0 AND d.seconds > 0
     AND NOT EXISTS (SELECT FROM sample WHERE derivation_id = d.id)
     AND NOT EXISTS (SELECT FROM score WHERE derivation_id = d.id)
     AND NOT EXISTS (SELECT FROM outcome WHERE derivation_id = d.id)`;

const STALE = `
  SELECT count(*) FROM attempt a JOIN task t ON t.id = a.task_id
   WHERE t.run_id = $1 AND a.outcome = 'committed' AND a.fence <> t.fence`;

const AGAIN = `
  SELECT count(*) FROM (
    SELECT t.id FROM task t LEFT JOIN attempt a ON a.task_id = t.id
     WHERE t.run_id = $1 GROUP BY t.id, t.committed_at
    HAVING count(*) FILTER (WHERE a.outcome = 'committed') <> 1 OR count(*) FILTER (WHERE a.started_at > t.committed_at) > 0) x`;
