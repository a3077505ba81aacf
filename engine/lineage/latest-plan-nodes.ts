import type { Tx } from './db.ts';
import { type PlanNodeRow, planNodes } from './plan-nodes.ts';

/** Nodes of the newest run of a pipeline that has a plan of its own: what a new plan is compared with. null when there was no such run. */
export async function latestPlanNodes(
  db: Tx,
  of: { project?: string; pipeline: string; beforeRun?: string },
): Promise<{ runId: string; nodes: PlanNodeRow[] } | null> {
  const [run] = await db.query<{ id: string }>(
    `SELECT r.id FROM run r JOIN project p ON p.id = r.project_id
      WHERE p.name = $1 AND r.pipeline = $2 AND r.plan_digest IS NOT NULL AND r.verifies_run_id IS NULL AND ($3::text IS NULL OR r.id < $3) ORDER BY r.id DESC LIMIT 1`,
    [of.project ?? 'default', of.pipeline, of.beforeRun],
  );
  return run ? { runId: run.id, nodes: await planNodes(db, run.id) } : null;
}
