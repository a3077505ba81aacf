import type { Digest } from '../../../engine/plan/digest.ts';
import { Philox } from '../../../engine/plan/philox.ts';
import type { DecisionOutput, SampleValue } from '../../../engine/plan/step-io.ts';
import { byInstance } from './by-instance.ts';
import { keepCount } from './keep-count.ts';

/** Keeps views of each instance at random: the control that tells what the teacher is worth. The draw of an instance depends on the seed
 *  and on its own root, so other instances don't matter. */
export function rankAtRandom(
  pictures: readonly Pick<SampleValue, 'key' | 'rootKey'>[],
  rule: { keep: number; keepShare: number | null },
  seed: string,
): DecisionOutput[] {
  return byInstance(pictures).flatMap((own) => {
    const shuffled = rootRandom(seed, own[0]!.rootKey).shuffle([...own].sort((a, b) => (a.key < b.key ? -1 : 1)));
    const count = keepCount(shuffled.length, rule);
    return shuffled.map((picture, rank) => ({
      sampleKey: picture.key,
      kept: rank < count,
      rank,
      reason: `place ${rank + 1} of ${shuffled.length} for its text at random (kept ${count})`,
    }));
  });
}

/** 64 bits of the seed as the key, 64 of the root as the stream. */
const rootRandom = (seed: string, rootKey: Digest): Philox =>
  new Philox(BigInt(`0x${seed.slice(0, 16)}`), BigInt(`0x${rootKey.slice(0, 16)}`));
