import type { FoldOutput, FoldTask, StepContext } from '../../../engine/plan/step-io.ts';
import type { RelationItem } from '../../../ml/models/relation/relation-item.ts';
import type { LearnerOptions, RelationTrainer } from '../../../ml/models/relation/relation-trainer.ts';
import { type LearnerMeta, writeLearnerMeta } from './learner-meta.ts';

export interface EpochOfLearner<O extends LearnerOptions> {
  /** Names the kind of trainer in the host's warm cache. */
  kind: string;
  open(options: O): Promise<RelationTrainer>;
  options: O;
  items: readonly RelationItem[];
  meta: LearnerMeta;
  /** Keys of the samples behind the items. */
  trainedOn: string[];
}

/** One epoch of a learner. The training graph depends on the options only and stays warm from epoch to epoch. */
export async function trainEpoch<O extends LearnerOptions>(
  task: Pick<FoldTask<unknown>, 'state' | 'epoch' | 'seed'>,
  context: StepContext,
  { kind, open, options, items, meta, trainedOn }: EpochOfLearner<O>,
): Promise<FoldOutput> {
  const trainer = await context.warm(`${kind} ${JSON.stringify(options)} ${context.threads}`, () =>
    open({ ...options, threads: context.threads }),
  );
  const state = task.state ?? trainer.init(task.seed, writeLearnerMeta(meta));
  const trained = await trainer.epoch(state, task.epoch, task.seed, items);
  return { state: trained.state, metrics: trained.metrics, trainedOn };
}
