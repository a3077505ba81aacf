import { z } from 'zod';
import type { FoldOutput, FoldTask, StepContext } from '../../engine/plan/step-io.ts';
import { openTrainer, type PretrainedModel } from './trainers.ts';

/** Params of every pretraining fold. */
export const scheduleParams = z.strictObject({
  epochs: z.int().min(1).describe('States in the chain: a run resumes at the last one'),
  stepsPerEpoch: z.int().min(1).describe('Optimizer steps an epoch (codebook: patches that k-means sees)'),
});

/** One epoch of a model's training: pictures and texts are made on the fly from the run's seed and the epoch's number. */
export async function trainEpoch(
  model: PretrainedModel,
  task: FoldTask<z.output<typeof scheduleParams>>,
  context: StepContext,
): Promise<FoldOutput> {
  const trainer = await openTrainer(model, task.params, task.nodes, context);
  const seed = task.seed;
  return trainer.epoch(task.state ?? trainer.init(seed), task.epoch, seed);
}
