import { type UnitEnd, type WorkThroughInput, workThrough } from './work-through.ts';

/** A selection or a reduction: one task over a complete fan-in. */
export async function wholeNode(input: WorkThroughInput): Promise<UnitEnd> {
  return workThrough<typeof wholeNode>(input);
}
