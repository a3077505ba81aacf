import { commitTasks, type Db, type LeasedTask, leaseTasks, type TaskCommit } from '../../engine/lineage/index.ts';
import { sha256 } from '../../engine/plan/digest.ts';
import type { PlanPage } from '../../engine/plan/plan-page.ts';
import type { PlannedNode } from '../../engine/plan/plan-types.ts';

/** Seconds that each commit of a task took, alone, of a run whose page and nodes these are. */
export async function commitTimes(
  db: Db,
  runId: string,
  page: PlanPage,
  nodes: readonly PlannedNode[],
  count: number,
): Promise<number[]> {
  const leased = await leaseTasks(db, { runId, unit: { stage: 0, shard: page.header.shard }, worker: 'bench', limit: count });
  const seconds: number[] = [];
  for (const task of leased) {
    const commit = commitOf(runId, task, page, nodes.find((node) => node.name === task.node)!);
    const began = performance.now();
    const [outcome] = await commitTasks(db, [commit]);
    seconds.push((performance.now() - began) / 1000);
    if (outcome?.outcome !== 'committed') throw new Error(`task ${task.taskId} was not committed: ${outcome?.outcome}`);
  }
  return seconds;
}

function commitOf(runId: string, task: LeasedTask, page: PlanPage, node: PlannedNode): TaskCommit {
  const items = page
    .items(task.node, task.first, task.count)
    .map((item, index) => ({ ...item, ordinal: page.offset(task.node) + task.first + index }));
  return {
    runId,
    taskId: task.taskId,
    nodeName: task.node,
    fence: task.fence,
    worker: 'bench',
    device: 'cpu:0',
    startedAt: new Date(),
    items,
    medium: 'text',
    derivation: { step: node.step, params: node.params, models: {}, codeDigest: node.codeDigest },
    result: {
      id: String(task.taskId),
      artifact: {
        digest: sha256(`shard of ${task.taskId} of ${runId}`),
        size: 10_000,
        mediaType: 'application/vnd.apache.parquet',
      },
      items: items.map(({ key }, row) => ({
        key,
        row,
        contentDigest: sha256(key),
        bytes: 40,
        text: `relayed ${key.slice(0, 20)}`,
      })),
      seconds: 0.001,
      rss: 1,
    },
  };
}
