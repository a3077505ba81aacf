import type { PlannedTask } from '../plan/plan-types.ts';
import { byteas } from './column-values.ts';
import type { Tx } from './db.ts';
import { pagesOf } from './pages.ts';

export async function insertTasks(
  tx: Tx,
  runId: string,
  nodeIds: ReadonlyMap<string, number>,
  tasks: readonly PlannedTask[],
): Promise<void> {
  for (const rows of pagesOf(tasks)) {
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

function nodeIdOf(nodeIds: ReadonlyMap<string, number>, name: string): number {
  const id = nodeIds.get(name);
  if (id === undefined) throw new TypeError(`task of node "${name}", which the plan doesn't have`);
  return id;
}
