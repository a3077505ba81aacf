import { HoplineError } from '../plan/errors.ts';
import { Philox } from '../plan/philox.ts';
import type { Candidates } from './candidates.ts';
import { instancesOf } from './instances.ts';

/** A rule that needs nothing but losses. Ties are settled by key. */
export type BuiltInRule =
  | { kind: 'share'; share: number; worst: boolean }
  | { kind: 'threshold'; threshold: number; worst: boolean }
  | { kind: 'keepPerInstance'; keep: number; worst: boolean }
  | { kind: 'sharePerInstance'; share: number; worst: boolean }
  /** As many of each instance as are kept now, by chance: the control that tells what a teacher is worth. */
  | { kind: 'random'; seed: string };

/** Which candidates a rule keeps: 1 a row. `kept`: which are kept now. @throws WHAT_IF_NO_SCORES */
export function applyRule(candidates: Candidates, rule: BuiltInRule, kept: Uint8Array): Uint8Array {
  if (rule.kind !== 'random' && candidates.loss.some(Number.isNaN))
    throw new HoplineError(
      'WHAT_IF_NO_SCORES',
      `whatIf.rule.${rule.kind} must have a score of every candidate, got some without`,
      {
        hint: 'name a scorer of the run that has judged them: rule.scores',
      },
    );
  switch (rule.kind) {
    case 'share':
      return best(candidates, Math.round(rule.share * candidates.count), rule.worst);
    case 'threshold': {
      const { threshold, worst } = rule;
      const then = new Uint8Array(candidates.count);
      for (const [row, loss] of candidates.loss.entries()) if (worst ? loss >= threshold : loss <= threshold) then[row] = 1;
      return then;
    }
    case 'keepPerInstance':
      return bestOfEach(candidates, (size) => Math.min(rule.keep, size), rule.worst);
    case 'sharePerInstance':
      return bestOfEach(candidates, (size) => Math.max(1, Math.round(rule.share * size)), rule.worst);
    case 'random':
      return atRandom(candidates, kept, rule.seed);
  }
}

/** The losses are sorted without their rows, which is fast; only those that lie on the line are looked at again. */
function best(candidates: Candidates, keep: number, worst: boolean): Uint8Array {
  const { count, loss } = candidates;
  const then = new Uint8Array(count);
  if (keep <= 0) return then;
  const sign = worst ? -1 : 1;
  const sorted = loss.slice();
  if (worst) for (let row = 0; row < count; row++) sorted[row] = -sorted[row]!;
  sorted.sort();
  const line = sorted[Math.min(keep, count) - 1]!;
  const tied: number[] = [];
  let above = 0;
  for (let row = 0; row < count; row++) {
    const value = sign * loss[row]!;
    if (value < line) {
      then[row] = 1;
      above++;
    } else if (value === line) tied.push(row);
  }
  for (const row of tied.sort((a, b) => sign * compareKeys(candidates, a, b)).slice(0, keep - above)) then[row] = 1;
  return then;
}

function bestOfEach(candidates: Candidates, keep: (size: number) => number, worst: boolean): Uint8Array {
  const { order, starts, count } = instancesOf(candidates);
  const { loss } = candidates;
  const then = new Uint8Array(candidates.count);
  for (let instance = 0; instance < count; instance++) {
    const rows = order.subarray(starts[instance]!, starts[instance + 1]!);
    const ranked = [...rows].sort((a, b) => loss[a]! - loss[b]! || compareKeys(candidates, a, b));
    const kept = keep(ranked.length);
    for (const row of worst ? ranked.slice(ranked.length - kept) : ranked.slice(0, kept)) then[row] = 1;
  }
  return then;
}

/** The draw of an instance depends on the seed and on its own root, so other instances don't matter. */
function atRandom(candidates: Candidates, kept: Uint8Array, seed: string): Uint8Array {
  const { order, starts, count } = instancesOf(candidates);
  const then = new Uint8Array(candidates.count);
  for (let instance = 0; instance < count; instance++) {
    const rows = [...order.subarray(starts[instance]!, starts[instance + 1]!)].sort((a, b) => compareKeys(candidates, a, b));
    const random = new Philox(BigInt(`0x${seed.slice(0, 16)}`), candidates.rootHeads.readBigUInt64BE(rows[0]! * 16));
    const keep = rows.reduce((sum, row) => sum + kept[row]!, 0);
    for (const row of random.shuffle(rows).slice(0, keep)) then[row] = 1;
  }
  return then;
}

const compareKeys = ({ keyHeads }: Candidates, a: number, b: number): number =>
  keyHeads.compare(keyHeads, b * 8, b * 8 + 8, a * 8, a * 8 + 8);
