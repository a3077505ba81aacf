import type { RelationItem } from './relation-item.ts';
import { epochsOf, type LearnerOptions, type RelationTrainer } from './relation-trainer.ts';

/** Init and every epoch, for tests and measurements; the last state. Closes the trainer. */
export async function trainAllEpochs(
  trainer: RelationTrainer,
  schedule: Pick<LearnerOptions, 'steps' | 'stepsPerEpoch'>,
  seed: string,
  items: readonly RelationItem[],
): Promise<Uint8Array> {
  try {
    let state = trainer.init(seed);
    for (let epoch = 0; epoch < epochsOf(schedule); epoch++) state = (await trainer.epoch(state, epoch, seed, items)).state;
    return state;
  } finally {
    await trainer.close();
  }
}
