import type { PlanItem, PlanShard } from './plan-types.ts';

/** The items of all map nodes of one stage for one range of roots, read piece by piece: a slice never decodes a whole page. */
export interface PlanPage {
  /** Items `first .. first+count-1` of a node in this page. Shorter at the page's end. */
  items(node: string, first: number, count: number): PlanItem[];
  /** Position of a node's first item of this page among all of its items. */
  offset(node: string): number;
  /** Bytes that it holds in memory. */
  readonly bytes: number;
}

export function openPlanPage(bytes: Uint8Array): PlanPage {
  const shard = JSON.parse(Buffer.from(bytes).toString('utf8')) as PlanShard;
  return {
    items: (node, first, count) => shard.items[node]!.slice(first, first + count),
    offset: (node) => shard.offsets[node]!,
    bytes: bytes.byteLength,
  };
}
