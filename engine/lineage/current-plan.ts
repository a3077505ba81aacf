import type { Digest } from '../plan/digest.ts';
import { byteas } from './column-values.ts';
import type { Db, Tx } from './db.ts';
import { runNotFound } from './get-run.ts';
import { writeEvents } from './write-events.ts';

export interface CurrentPlan {
  /** null while there is none, or only a part of one. */
  planDigest: Digest | null;
  /** Digest of what it was made from. */
  inputs: Digest | null;
  /** Nodes that shall be made again although what they make exists. */
  remake: string[];
}

/** @throws RUN_NOT_FOUND */
export async function currentPlan(db: Tx, runId: string): Promise<CurrentPlan> {
  const [plan] = await db.query<CurrentPlan>(
    'SELECT plan_digest AS "planDigest", plan_inputs AS inputs, remake FROM run WHERE id = $1',
    [runId],
  );
  if (!plan) throw runNotFound(runId);
  return plan;
}

/** Notes that a run goes on with other code under the same versions. `code`: code digests by node. Returns the nodes whose code differs. */
export async function recordCode(db: Db, runId: string, code: ReadonlyMap<string, Digest>): Promise<string[]> {
  return db.transaction(async (tx) => {
    const changed = await tx.query<{ name: string; planDigest: Digest }>(
      `UPDATE node n SET code_digest = x.code FROM unnest($2::text[], $3::bytea[]) AS x (name, code), run r
        WHERE n.run_id = $1 AND r.id = $1 AND n.name = x.name AND n.code_digest <> x.code RETURNING n.name, r.plan_digest AS "planDigest"`,
      [runId, [...code.keys()], byteas([...code.values()])],
    );
    const nodes = changed.map((node) => node.name);
    if (nodes.length) {
      const payload = { planDigest: changed[0]!.planDigest, kept: true, codeChanged: nodes };
      await writeEvents(tx, [{ runId, type: 'run.planned', payload }]);
    }
    return nodes;
  });
}
