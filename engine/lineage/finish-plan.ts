import { wholeNodeTasks } from '../plan/planned-tasks.ts';
import { adoptMembers } from './adopt-existing.ts';
import type { PlanDraft } from './begin-plan.ts';
import { bytea } from './column-values.ts';
import type { Db } from './db.ts';
import { existing } from './existing.ts';
import { insertTasks } from './insert-tasks.ts';
import { refuseCondemned } from './refuse-condemned.ts';
import { writeEvents } from './write-events.ts';

/** Makes a stored plan the run's: whole nodes get their tasks, or what exists of them, and from then on the run is expected to be all of
 *  it. One transaction. `remake`: nodes that are made again.
 *  Returns false when another attempt has finished it, or replaced it, meanwhile. */
export async function finishPlan(db: Db, draft: PlanDraft, remake: ReadonlySet<string> = new Set()): Promise<boolean> {
  const { runId, plan, planDigest, nodeIds } = draft;
  return db.transaction(async (tx) => {
    const [run] = await tx.query<{ changes: [] }>(
      `SELECT plan_draft -> 'changes' AS changes FROM run WHERE id = $1 AND plan_draft ->> 'planDigest' = $2 FOR NO KEY UPDATE`,
      [runId, planDigest],
    );
    if (!run) return false;
    await refuseCondemned(tx, [{ digest: planDigest, since: draft.since }]);
    const wanted = wholeNodeTasks(plan.nodes);
    const found = await existing(
      tx,
      wanted.filter((task) => !remake.has(task.node)).map((task) => task.key!),
    );
    await insertTasks(
      tx,
      runId,
      nodeIds,
      wanted.filter((task) => !found.has(task.key!)),
    );
    for (const name of new Set(wanted.map((task) => task.node))) {
      const there = wanted.filter((task) => task.node === name && found.has(task.key!));
      await adoptMembers(
        tx,
        runId,
        { id: nodeIds.get(name)!, kind: 'reduce' },
        there.map((task) => ({ ordinal: task.first, key: task.key! })),
      );
    }
    await tx.query('UPDATE run SET plan_digest = $2, plan_inputs = $3, plan_draft = NULL WHERE id = $1', [
      runId,
      bytea(planDigest),
      bytea(plan.inputs),
    ]);
    const [tasks] = await tx.query<{ count: number }>('SELECT count(*) AS count FROM task WHERE run_id = $1', [runId]);
    const payload = { planDigest, nodes: plan.nodes.length, tasks: tasks!.count, changes: run.changes };
    await writeEvents(tx, [{ runId, type: 'run.planned', payload }]);
    return true;
  });
}
