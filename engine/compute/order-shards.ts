import type { ShardRefs } from './host-messages.ts';
import type { WorkOrder } from './order.ts';

/** How many shards are worth reading ahead of time. More than this would push the running order's own inputs out of the cache. */
const MOST = 16;

/** The shards that an order will read. */
export function orderShards(order: WorkOrder): ShardRefs {
  const samples = new Set<string>();
  const scores = new Set<string>();
  for (const item of order.items ?? []) {
    for (const { artifact } of Object.values(item.inputs)) if (artifact) samples.add(artifact);
  }
  for (const input of Object.values(order.nodes)) {
    if (input.kind === 'samples' && input.load) for (const artifact of input.rows.artifacts.slice(0, MOST)) samples.add(artifact);
    if (input.kind === 'scores') for (const artifact of input.rows.artifacts.slice(0, MOST)) scores.add(artifact);
  }
  return { samples: [...samples].slice(0, MOST), scores: [...scores].slice(0, MOST) };
}
