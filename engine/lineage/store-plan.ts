import type { Digest } from '../plan/digest.ts';
import type { Plan, PlannedNode, PlannedTask } from '../plan/plan-types.ts';
import { bytea, byteas, jsonb } from './column-values.ts';
import type { Db, Tx } from './db.ts';
import { runNotFound } from './get-run.ts';
import { writeEvents } from './write-events.ts';

export interface StoredPlan {
  plan: Plan;
  planDigest: Digest;
  /** [stage][shard] -> artifact of the PlanShard. */
  shardArtifacts: Digest[][];
  tasks: PlannedTask[];
}

/** Writes down what a run expects, before anything runs. The same digest again changes nothing. Another digest (a resume after the
 *  declaration changed) replaces nodes and tasks, which makes older leases stale; what they made stays and is adopted as cached. */
export async function storePlan(db: Db, runId: string, stored: StoredPlan): Promise<{ changed: boolean }> {
  return db.transaction(async (tx) => {
    const [run] = await tx.query<{ planDigest: Digest | null }>(
      'SELECT plan_digest AS "planDigest" FROM run WHERE id = $1 FOR NO KEY UPDATE',
      [runId],
    );
    if (!run) throw runNotFound(runId);
    if (run.planDigest === stored.planDigest) return { changed: false };
    if (run.planDigest) await forgetPlan(tx, runId);
    const nodeIds = await insertNodes(tx, runId, stored.plan);
    await insertShards(tx, runId, stored.shardArtifacts);
    await insertTasks(tx, runId, nodeIds, stored.tasks);
    await tx.query('UPDATE run SET plan_digest = $2 WHERE id = $1', [runId, bytea(stored.planDigest)]);
    const payload = { planDigest: stored.planDigest, nodes: nodeIds.size, tasks: stored.tasks.length };
    await writeEvents(tx, [{ runId, type: 'run.planned', payload }]);
    return { changed: true };
  });
}

async function forgetPlan(tx: Tx, runId: string): Promise<void> {
  for (const table of ['node_sample', 'node_score', 'node_outcome']) {
    await tx.query(`DELETE FROM ${table} WHERE node_id IN (SELECT id FROM node WHERE run_id = $1)`, [runId]);
  }
  await tx.query('DELETE FROM node WHERE run_id = $1', [runId]);
  await tx.query('DELETE FROM stage_shard WHERE run_id = $1', [runId]);
}

async function insertNodes(tx: Tx, runId: string, plan: Plan): Promise<Map<string, number>> {
  const nodes = plan.nodes.map((node, ordinal) => ({ ...node, ordinal, unit: unitOf(plan, node), stage: node.stage ?? null }));
  const inserted = await tx.query<{ id: number; name: string }>(
    `INSERT INTO node (run_id, ordinal, name, kind, step, key, code_digest, params, models, inputs, depends_on, stage, unit, resource,
                       max_failures, expected, state)
     SELECT $1, ordinal, name, kind, step, decode(key, 'hex'), decode("codeDigest", 'hex'), params, models, inputs,
            ARRAY(SELECT jsonb_array_elements_text("dependsOn")), stage, unit, resource, "maxFailures", expected,
            CASE WHEN expected = 0 THEN 'SUCCEEDED' ELSE 'PENDING' END
       FROM jsonb_to_recordset($2::jsonb) AS x (ordinal int, name text, kind text, step text, key text, "codeDigest" text, params jsonb,
            models jsonb, inputs jsonb, "dependsOn" jsonb, stage int, unit text, resource text, "maxFailures" float8, expected int)
     RETURNING id, name`,
    [runId, jsonb(nodes)],
  );
  return new Map(inserted.map(({ name, id }) => [name, id]));
}

/** The unit that runs a node; a source has none, its samples exist. */
function unitOf(plan: Plan, node: PlannedNode): string | null {
  if (node.kind === 'source') return null;
  return (
    plan.units.find((unit) => (unit.kind === 'stage' ? unit.id === `stage/${node.stage}` : unit.name === node.name))?.id ?? null
  );
}

async function insertShards(tx: Tx, runId: string, shardArtifacts: Digest[][]): Promise<void> {
  const rows = shardArtifacts.flatMap((shards, stage) => shards.map((artifact, shard) => ({ stage, shard, artifact })));
  await tx.query(
    `INSERT INTO stage_shard (run_id, stage, shard, artifact) SELECT $1, * FROM unnest($2::int[], $3::int[], $4::bytea[])`,
    [runId, rows.map((row) => row.stage), rows.map((row) => row.shard), byteas(rows.map((row) => row.artifact))],
  );
}

async function insertTasks(tx: Tx, runId: string, nodeIds: Map<string, number>, tasks: PlannedTask[]): Promise<void> {
  const page = 10_000;
  for (let from = 0; from < tasks.length; from += page) {
    const rows = tasks.slice(from, from + page);
    await tx.query(
      `INSERT INTO task (run_id, node_id, stage, shard, ordinal, first, count, epoch, key)
       SELECT $1, * FROM unnest($2::bigint[], $3::int[], $4::int[], $5::int[], $6::int[], $7::int[], $8::int[], $9::bytea[])`,
      [
        runId,
        rows.map((task) => nodeIdOf(nodeIds, task.node)),
        rows.map((task) => task.stage),
        rows.map((task) => task.shard),
        rows.map((task) => task.ordinal),
        rows.map((task) => task.first),
        rows.map((task) => task.count),
        rows.map((task) => task.epoch),
        byteas(rows.map((task) => task.key)),
      ],
    );
  }
}

function nodeIdOf(nodeIds: Map<string, number>, name: string): number {
  const id = nodeIds.get(name);
  if (id === undefined) throw new TypeError(`task of node "${name}", which the plan doesn't have`);
  return id;
}
