import { type Digest, digestJson } from '../plan/digest.ts';
import type { Plan } from '../plan/plan-types.ts';
import { bytea, jsonb } from './column-values.ts';
import type { Db } from './db.ts';
import type { VerificationOrder } from './verification-order.ts';
import { writeEvents } from './write-events.ts';

/** What a verifying run is expected to do. */
export interface VerificationPlan {
  plan: Plan;
  /** Of the run that is verified. */
  planDigest: Digest;
  /** With threshold and counts. */
  order: VerificationOrder;
  /** Derivations to execute again, by node: those that nothing was drawn of are missing. */
  expected: ReadonlyMap<string, number>;
}

/** Writes down what a verifying run is expected to do, once: who comes second changes nothing. Its nodes are those of the run that is verified as
 *  far as anything was drawn of them, under keys of their own: they say nothing of what exists. */
export async function storeVerificationPlan(db: Db, runId: string, verification: VerificationPlan): Promise<void> {
  const { plan, planDigest, order, expected } = verification;
  const nodes = plan.nodes.flatMap((node, ordinal) => {
    const drawn = expected.get(node.name);
    if (drawn === undefined) return [];
    const dependsOn = node.dependsOn.filter((name) => expected.has(name));
    return [{ ...node, ordinal, dependsOn, expected: drawn, key: digestJson({ verifies: node.key, run: runId }) }];
  });
  await db.transaction(async (tx) => {
    const [run] = await tx.query<{ planDigest: Digest | null }>(
      'SELECT plan_digest AS "planDigest" FROM run WHERE id = $1 FOR NO KEY UPDATE',
      [runId],
    );
    if (run!.planDigest !== null) return;
    await tx.query(
      `INSERT INTO node (run_id, ordinal, name, kind, step, key, code_digest, params, models, inputs, depends_on, resource, expected)
       SELECT $1, ordinal, name, kind, step, decode(key, 'hex'), decode("codeDigest", 'hex'), params, models, inputs,
              ARRAY(SELECT jsonb_array_elements_text("dependsOn")), resource, expected
         FROM jsonb_to_recordset($2::jsonb) AS x (ordinal int, name text, kind text, step text, key text, "codeDigest" text, params jsonb,
              models jsonb, inputs jsonb, "dependsOn" jsonb, resource text, expected int)`,
      [runId, jsonb(nodes)],
    );
    await tx.query('UPDATE run SET plan_digest = $2, verification = $3 WHERE id = $1', [runId, bytea(planDigest), jsonb(order)]);
    const payload = { planDigest, nodes: nodes.length, tasks: order.tasks ?? 0, changes: [] };
    await writeEvents(tx, [{ runId, type: 'run.planned', payload }]);
  });
}
