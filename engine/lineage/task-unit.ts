/** What one slice works on: a shard of a stage, or a node of its own. */
export type TaskUnit = { stage: number; shard: number } | { node: string };

/** The condition on `task t JOIN node n` for a unit, with parameters from `$at` on. */
export function unitFilter(unit: TaskUnit, at: number): { sql: string; values: unknown[]; next: number } {
  if ('node' in unit) return { sql: `n.name = $${at}`, values: [unit.node], next: at + 1 };
  return { sql: `t.stage = $${at} AND t.shard = $${at + 1}`, values: [unit.stage, unit.shard], next: at + 2 };
}
