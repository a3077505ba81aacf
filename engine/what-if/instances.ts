import type { Candidates } from './candidates.ts';

/** Candidates by the real sample that they grew from: `order` holds their rows, those of instance i at `starts[i] .. starts[i + 1] - 1`. */
export interface Instances {
  count: number;
  order: Uint32Array;
  starts: Uint32Array;
}

/** Groups candidates. Those of one root mostly stand side by side, so that most need no look-up. */
export function instancesOf({ count, roots }: Candidates): Instances {
  const numbers = new Map<string, number>();
  const instance = new Uint32Array(count);
  for (let row = 0; row < count; row++) {
    if (row > 0 && roots.compare(roots, (row - 1) * 32, row * 32, row * 32, (row + 1) * 32) === 0) {
      instance[row] = instance[row - 1]!;
      continue;
    }
    const name = roots.toString('latin1', row * 32, (row + 1) * 32);
    const known = numbers.get(name);
    instance[row] = known ?? numbers.size;
    if (known === undefined) numbers.set(name, numbers.size);
  }
  const starts = new Uint32Array(numbers.size + 1);
  for (const number of instance) starts[number + 1]!++;
  for (let number = 0; number < numbers.size; number++) starts[number + 1]! += starts[number]!;
  const next = starts.slice();
  const order = new Uint32Array(count);
  for (let row = 0; row < count; row++) order[next[instance[row]!]!++] = row;
  return { count: numbers.size, order, starts };
}
