import { type UnitEnd, type WorkThroughInput, workThrough } from './work-through.ts';

/** One shard of a map chain: all hops of its roots, with no barrier between hops. */
export async function shard(input: WorkThroughInput): Promise<UnitEnd> {
  return workThrough<typeof shard>(input);
}
