import { HoplineError } from '../../../engine/plan/errors.ts';
import { loadLearner } from '../../../ml/models/relation/learner-state.ts';

/** What a learner's checkpoint says about itself, for those who read it. */
export interface LearnerMeta {
  /** The order of the classes. */
  labels: string[];
  /** Models in the checkpoint: 1, or the k of out-of-fold predictions. */
  folds: number;
  /** Training instances. */
  instances: number;
  /** Pictures that it could have trained on, and those that it may. */
  made: number;
  kept: number;
  /** Of the kept: how many at each depth. Real pictures have depth 0. */
  keptByDepth: Record<string, number>;
}

export const writeLearnerMeta = (meta: LearnerMeta): Record<string, string> => ({ learner: JSON.stringify(meta) });

export function readLearnerMeta(checkpoint: Uint8Array): LearnerMeta {
  const { learner } = loadLearner(checkpoint).meta;
  if (!learner) throw new HoplineError('CHECKPOINT_INVALID', 'checkpoint.meta must have learner, got a file without it');
  return JSON.parse(learner) as LearnerMeta;
}
