import type { Digest } from '../plan/digest.ts';
import type { HandlePart } from '../plan/handles.ts';
import type { JsonObject } from '../plan/json.ts';
import type { NodeKind, PlannedModel } from '../plan/plan-types.ts';
import type { Tx } from './db.ts';

export interface PlanNodeRow {
  name: string;
  kind: NodeKind;
  step: string;
  params: JsonObject;
  models: Record<string, PlannedModel>;
  inputs: Record<string, HandlePart[]>;
  key: Digest;
  codeDigest: Digest;
  expected: number;
}

/** Nodes of the newest run of a pipeline that has a plan: what a new plan is compared with. null when there was no such run. */
export async function latestPlanNodes(
  db: Tx,
  of: { project?: string; pipeline: string; beforeRun?: string },
): Promise<{ runId: string; nodes: PlanNodeRow[] } | null> {
  const [run] = await db.query<{ id: string }>(
    `SELECT r.id FROM run r JOIN project p ON p.id = r.project_id
      WHERE p.name = $1 AND r.pipeline = $2 AND r.plan_digest IS NOT NULL AND ($3::text IS NULL OR r.id < $3) ORDER BY r.id DESC LIMIT 1`,
    [of.project ?? 'default', of.pipeline, of.beforeRun],
  );
  if (!run) return null;
  const nodes = await db.query<PlanNodeRow>(
    `SELECT name, kind, step, params, models, inputs, key, code_digest AS "codeDigest", expected FROM node WHERE run_id = $1 ORDER BY ordinal`,
    [run.id],
  );
  return { runId: run.id, nodes };
}
