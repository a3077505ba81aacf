import { diffNode, type EarlierNode } from '../plan/diff.ts';
import type { Digest } from '../plan/digest.ts';
import type { Plan, PlannedNode } from '../plan/plan-types.ts';
import { jsonb } from './column-values.ts';
import type { Db, Tx } from './db.ts';
import { runNotFound } from './get-run.ts';
import { latestPlanNodes } from './latest-plan-nodes.ts';
import { planNodes } from './plan-nodes.ts';

/** A plan that is being stored. */
export interface PlanDraft {
  runId: string;
  plan: Plan;
  planDigest: Digest;
  /** Ids of the nodes by name. */
  nodeIds: ReadonlyMap<string, number>;
  /** Pages that are stored already, as `stage/shard`. */
  stored: ReadonlySet<string>;
  /** A moment before the pages and the plan were put: see `databaseTime`. */
  since?: Date;
}

/** Why a node is another one than in the run's plan before, or in the latest run of the pipeline that has a plan. */
export interface NodeChange {
  node: string;
  reason: string;
}

interface StoredDraft {
  planDigest: Digest;
  changes: NodeChange[];
}

/** Begins to store a plan: its nodes at once, then page by page, and `finishPlan` makes it the run's. Until then the run has no plan, so
 *  nothing works on a half of one. The same plan goes on where it was; another one (a resume after the declaration changed) replaces nodes
 *  and tasks, which makes older leases stale; what they made stays and is adopted as cached. null when the plan is the run's already. */
export async function beginPlan(db: Db, runId: string, plan: Plan, planDigest: Digest): Promise<PlanDraft | null> {
  return db.transaction(async (tx) => {
    const [run] = await tx.query<{ planDigest: Digest | null; draft: StoredDraft | null; project: string }>(
      `SELECT r.plan_digest AS "planDigest", r.plan_draft AS draft, p.name AS project FROM run r JOIN project p ON p.id = r.project_id
        WHERE r.id = $1 FOR NO KEY UPDATE OF r`,
      [runId],
    );
    if (!run) throw runNotFound(runId);
    if (run.planDigest === planDigest) return null;
    if (run.draft?.planDigest === planDigest) return draftOf(tx, runId, plan, planDigest);
    const earlier = run.planDigest
      ? await planNodes(tx, runId)
      : ((await latestPlanNodes(tx, { project: run.project, pipeline: plan.pipeline, beforeRun: runId }))?.nodes ?? []);
    const draft: StoredDraft = {
      planDigest,
      changes: run.draft?.changes ?? changesOf(plan.nodes, earlier as unknown as EarlierNode[]),
    };
    if (run.planDigest || run.draft) await forgetPlan(tx, runId);
    await tx.query('UPDATE run SET plan_digest = NULL, plan_inputs = NULL, plan_draft = $2 WHERE id = $1', [runId, jsonb(draft)]);
    await insertNodes(tx, runId, plan);
    return draftOf(tx, runId, plan, planDigest);
  });
}

async function draftOf(tx: Tx, runId: string, plan: Plan, planDigest: Digest): Promise<PlanDraft> {
  const nodes = await tx.query<{ id: number; name: string }>('SELECT id, name FROM node WHERE run_id = $1', [runId]);
  const pages = await tx.query<{ stage: number; shard: number }>('SELECT stage, shard FROM stage_shard WHERE run_id = $1', [
    runId,
  ]);
  return {
    runId,
    plan,
    planDigest,
    nodeIds: new Map(nodes.map(({ name, id }) => [name, id])),
    stored: new Set(pages.map(({ stage, shard }) => `${stage}/${shard}`)),
  };
}

function changesOf(nodes: readonly PlannedNode[], earlier: readonly EarlierNode[]): NodeChange[] {
  if (earlier.length === 0) return [];
  const before = new Map(earlier.map((node) => [node.name, node]));
  const changed = new Set<string>();
  return nodes.flatMap((node) => {
    const { reason } = diffNode(node, before.get(node.name), changed);
    if (reason === null) return [];
    changed.add(node.name);
    return [{ node: node.name, reason }];
  });
}

async function forgetPlan(tx: Tx, runId: string): Promise<void> {
  // The nodes first: whoever is storing a page of them is waited for.
  const nodes = await tx.query<{ id: number }>('DELETE FROM node WHERE run_id = $1 RETURNING id', [runId]);
  for (const table of ['node_sample', 'node_score', 'node_outcome'])
    await tx.query(`DELETE FROM ${table} WHERE node_id = ANY ($1::bigint[])`, [nodes.map((node) => node.id)]);
  await tx.query('DELETE FROM stage_shard WHERE run_id = $1', [runId]);
}

async function insertNodes(tx: Tx, runId: string, plan: Plan): Promise<void> {
  const nodes = plan.nodes.map((node, ordinal) => ({ ...node, ordinal, unit: unitOf(plan, node), stage: node.stage ?? null }));
  await tx.query(
    `INSERT INTO node (run_id, ordinal, name, kind, step, key, code_digest, params, models, inputs, depends_on, stage, unit, resource,
                       max_failures, expected, state)
     SELECT $1, ordinal, name, kind, step, decode(key, 'hex'), decode("codeDigest", 'hex'), params, models, inputs,
            ARRAY(SELECT jsonb_array_elements_text("dependsOn")), stage, unit, resource, "maxFailures", expected,
            CASE WHEN expected = 0 THEN 'SUCCEEDED' ELSE 'PENDING' END
       FROM jsonb_to_recordset($2::jsonb) AS x (ordinal int, name text, kind text, step text, key text, "codeDigest" text, params jsonb,
            models jsonb, inputs jsonb, "dependsOn" jsonb, stage int, unit text, resource text, "maxFailures" float8, expected int)`,
    [runId, jsonb(nodes)],
  );
}

/** The unit that runs a node; a source has none, its samples exist. */
function unitOf(plan: Plan, node: PlannedNode): string | null {
  if (node.kind === 'source') return null;
  return (
    plan.units.find((unit) => (unit.kind === 'stage' ? unit.id === `stage/${node.stage}` : unit.name === node.name))?.id ?? null
  );
}
