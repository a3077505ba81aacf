import type { Digest } from '../plan/digest.ts';
import type { PlanPage } from '../plan/plan-page.ts';
import { pageTasks } from '../plan/planned-tasks.ts';
import { type AdoptedItems, adoptPage, type MadeKind } from './adopt-page.ts';
import type { PlanDraft } from './begin-plan.ts';
import { bytea } from './column-values.ts';
import { countProgress, type ProgressDelta } from './count-progress.ts';
import type { Db } from './db.ts';
import { insertTasks } from './insert-tasks.ts';
import { refuseCondemned } from './refuse-condemned.ts';
import { writeEvents } from './write-events.ts';

/** Stores one page of a plan, in one transaction: what exists of it becomes members of its nodes, the rest becomes tasks. Once only: a page
 *  that is stored already is left alone. `look`: which nodes' items may exist, and as what. Returns false where the draft was replaced. */
export async function storePlanPage(
  db: Db,
  draft: PlanDraft,
  page: PlanPage,
  artifact: Digest,
  look: ReadonlyMap<string, MadeKind>,
): Promise<boolean> {
  const { runId, plan, planDigest, nodeIds } = draft;
  const { stage, shard } = page.header;
  if (draft.stored.has(`${stage}/${shard}`)) return true;
  return db.transaction(async (tx) => {
    // Nodes that are locked so can't be replaced before this page is whole, and the run's own row stays free for a pause or a cancel.
    const nodes = await tx.query('SELECT FROM node WHERE id = ANY ($1::bigint[]) FOR KEY SHARE', [[...nodeIds.values()]]);
    const [run] = await tx.query(`SELECT FROM run WHERE id = $1 AND plan_draft ->> 'planDigest' = $2`, [runId, planDigest]);
    if (!run || nodes.length < nodeIds.size) return false;
    await refuseCondemned(tx, [{ digest: artifact, since: draft.since }]);
    const first = await tx.query(
      'INSERT INTO stage_shard (run_id, stage, shard, artifact) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING 1',
      [runId, stage, shard, bytea(artifact)],
    );
    if (!first.length) return true;
    const adopted = new Map<string, AdoptedItems>();
    for (const { name, batchSize } of plan.nodes) {
      const kind = look.get(name);
      if (kind && page.nodes.includes(name))
        adopted.set(name, await adoptPage(tx, page, { name, id: nodeIds.get(name)!, batchSize, kind }));
    }
    const open = pageTasks(page, plan.nodes).filter(({ node, first, count }) => {
      const { batchSize } = plan.nodes.find((planned) => planned.name === node)!;
      const adoptable = count - page.dropped(node, first, count);
      return (adopted.get(node)?.batches.get(first / batchSize) ?? 0) < adoptable;
    });
    await insertTasks(tx, runId, nodeIds, open);
    await writeEvents(tx, await countProgress(tx, runId, deltasOf(adopted, nodeIds), false));
    return true;
  });
}

function deltasOf(adopted: ReadonlyMap<string, AdoptedItems>, nodeIds: ReadonlyMap<string, number>): ProgressDelta[] {
  return [...adopted].flatMap(([name, { cached, failed }]) =>
    cached + failed === 0 ? [] : [{ nodeId: nodeIds.get(name)!, made: 0, cached, failed, deviceSeconds: 0 }],
  );
}
