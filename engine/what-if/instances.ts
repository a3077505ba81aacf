import type { Candidates } from './candidates.ts';

/** Candidates by the real sample that they grew from: `order` holds their rows, those of instance i at `starts[i] .. starts[i + 1] - 1`. */
export interface Instances {
  count: number;
  /** Instance of each candidate. */
  of: Int32Array;
  order: Uint32Array;
  starts: Uint32Array;
}

/** Groups candidates by a hash table with open addresses. The first word of a digest is as good as any hash. */
export function instancesOf({ count, rootHeads }: Candidates): Instances {
  const words = new Uint32Array(rootHeads.buffer as ArrayBuffer, rootHeads.byteOffset, count * 4);
  const size = 2 ** Math.ceil(Math.log2(Math.max(2, count * 2)));
  const slots = new Int32Array(size).fill(-1);
  const of = new Int32Array(count);
  /** A candidate of each instance. */
  const first: number[] = [];
  for (let row = 0; row < count; row++) {
    let slot = words[row * 4]! & (size - 1);
    while (slots[slot] !== -1 && !sameRoot(words, first[slots[slot]!]!, row)) slot = (slot + 1) & (size - 1);
    if (slots[slot] === -1) slots[slot] = first.push(row) - 1;
    of[row] = slots[slot]!;
  }
  const starts = new Uint32Array(first.length + 1);
  for (const instance of of) starts[instance + 1]!++;
  for (let instance = 0; instance < first.length; instance++) starts[instance + 1]! += starts[instance]!;
  const next = starts.slice();
  const order = new Uint32Array(count);
  for (let row = 0; row < count; row++) order[next[of[row]!]!++] = row;
  return { count: first.length, of, order, starts };
}

function sameRoot(words: Uint32Array, one: number, other: number): boolean {
  for (let word = 0; word < 4; word++) if (words[one * 4 + word] !== words[other * 4 + word]) return false;
  return true;
}
