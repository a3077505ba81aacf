import { type Digest, sha256 } from './digest.ts';
import { Philox } from './philox.ts';

/** The number in [0, 1) that a task has in the stream of a seed: a pure function of both, so that any worker draws the same tasks. */
export const drawNumber = (seed: number, taskKey: Digest): number =>
  new Philox(Buffer.from(sha256(`hopline/verify/${seed}/${taskKey}`), 'hex')).uniform();

/** What a task's number must not pass so that a share of the tasks is drawn: rounded up, and one at least. `numbers`: those of all tasks. */
export function drawThreshold(numbers: readonly number[], share: number): { threshold: number; tasks: number } {
  if (numbers.length === 0) return { threshold: -1, tasks: 0 };
  // 0.1 * 30 is a little more than 3.
  const tasks = Math.min(numbers.length, Math.max(1, Math.ceil(share * numbers.length - 1e-9)));
  return { threshold: Float64Array.from(numbers).sort()[tasks - 1]!, tasks };
}
