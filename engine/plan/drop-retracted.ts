import type { Digest } from './digest.ts';
import { NO_KEY } from './plan-page.ts';

/** Leaves out of a root's keys, by slot, what is retracted and what is made of it. `operations` make the keys, parents first; the keys of a
 *  source are there, since a row of which anything is retracted is not chosen at all. */
export function dropRetracted(
  keys: Digest[],
  operations: readonly { slot: number; parents: readonly number[] }[],
  retracted: ReadonlySet<Digest>,
): void {
  for (const { slot, parents } of operations)
    if (retracted.has(keys[slot]!) || parents.some((parent) => keys[parent] === NO_KEY)) keys[slot] = NO_KEY;
}
