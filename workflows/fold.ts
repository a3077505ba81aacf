import { type UnitEnd, type WorkThroughInput, workThrough } from './work-through.ts';

/** A chain of states, such as the epochs of a training: each slice goes on from the last committed state. */
export async function fold(input: WorkThroughInput): Promise<UnitEnd> {
  return workThrough<typeof fold>(input);
}
