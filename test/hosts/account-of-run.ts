import type { Db } from '../../engine/lineage/index.ts';

/** What the tables say about a run when it is over. */
export interface RunAccount {
  /** Committed tasks by worker. */
  committed: Record<string, number>;
  /** Attempts that ended without a commit, by outcome. `open`: never ended. */
  lost: Record<'superseded' | 'failed' | 'released' | 'open', number>;
  /** The longest time in which nothing was committed. Seconds. */
  still: number;
  /** What must not be, in words; empty when every sample is there exactly once and every commit was its task's newest attempt's. */
  faults: string[];
}

/** Counts rows, never counters. */
export async function accountOfRun(db: Db, runId: string): Promise<RunAccount> {
  const attempts = await db.query<{ worker: string; outcome: string; count: number }>(
    `SELECT a.worker, coalesce(a.outcome, 'open') AS outcome, count(*)::int AS count
       FROM attempt a JOIN task t ON t.id = a.task_id WHERE t.run_id = $1 GROUP BY 1, 2`,
    [runId],
  );
  const of = (outcome: string): number =>
    attempts.filter((row) => row.outcome === outcome).reduce((total, row) => total + row.count, 0);
  const [still] = await db.query<{ seconds: number }>(
    `SELECT coalesce(max(extract(epoch FROM gap)), 0)::float8 AS seconds
       FROM (SELECT committed_at - lag(committed_at) OVER (ORDER BY committed_at) AS gap FROM task WHERE run_id = $1) x`,
    [runId],
  );
  const committed = attempts.filter((row) => row.outcome === 'committed').map((row) => [row.worker, row.count] as const);
  const faults = await Promise.all(
    FAULTS.map(({ what, sql }) => db.query<{ name: string }>(sql, [runId]).then((rows) => found(what, rows))),
  );
  return {
    committed: Object.fromEntries(committed),
    lost: { superseded: of('superseded'), failed: of('failed'), released: of('released'), open: of('open') },
    still: still!.seconds,
    faults: faults.flat(),
  };
}

const found = (what: string, rows: readonly { name: string }[]): string[] =>
  rows.length === 0 ? [] : [`${what}: ${rows.map(({ name }) => name).join(', ')}`];

const memberFault = (kind: 'sample' | 'score' | 'outcome', kinds: string): { what: string; sql: string } => ({
  what: `nodes whose ${kind}s are not there exactly once`,
  sql: `SELECT n.name FROM node n LEFT JOIN node_${kind} m ON m.node_id = n.id
         WHERE n.run_id = $1 AND n.kind IN (${kinds}) AND (n.kind <> 'map' OR EXISTS (SELECT 1 FROM node_${kind} o WHERE o.node_id = n.id))
         GROUP BY n.id, n.name, n.expected
        HAVING count(*) <> n.expected OR count(DISTINCT m.ordinal) <> n.expected OR count(DISTINCT m.${kind}_id) <> n.expected`,
});

const FAULTS = [
  memberFault('sample', `'source', 'map'`),
  memberFault('score', `'map'`),
  memberFault('outcome', `'select', 'fold', 'reduce'`),
  {
    what: 'map nodes with neither samples nor scores',
    sql: `SELECT n.name FROM node n WHERE n.run_id = $1 AND n.kind = 'map' AND n.expected > 0
             AND NOT EXISTS (SELECT 1 FROM node_sample m WHERE m.node_id = n.id)
             AND NOT EXISTS (SELECT 1 FROM node_score m WHERE m.node_id = n.id)`,
  },
  {
    what: 'tasks that are not committed exactly once',
    sql: `SELECT t.id::text AS name FROM task t LEFT JOIN attempt a ON a.task_id = t.id AND a.outcome = 'committed'
           WHERE t.run_id = $1 GROUP BY t.id, t.state HAVING count(a.fence) <> 1 OR t.state <> 'committed'`,
  },
  {
    what: 'tasks committed by a stale fence',
    sql: `SELECT t.id::text AS name FROM task t JOIN attempt a ON a.task_id = t.id AND a.outcome = 'committed'
           WHERE t.run_id = $1 AND (a.fence <> t.fence OR a.worker <> t.worker)`,
  },
  {
    what: 'keys that were made twice with different contents',
    sql: `SELECT encode(key, 'hex') AS name FROM divergence WHERE run_id = $1`,
  },
];
