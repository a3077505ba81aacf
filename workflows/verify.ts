import { type UnitEnd, type WorkThroughInput, workThrough } from './work-through.ts';

/** One unit of a run that is verified: what was drawn of it is executed again, slice after slice. */
export async function verify(input: WorkThroughInput): Promise<UnitEnd> {
  return workThrough<typeof verify>(input);
}
