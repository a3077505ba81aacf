import { drawStudentBatches } from './draw-student-batches.ts';
import { type LearnerOptions, openRelationTrainer, type RelationTrainer } from './relation-trainer.ts';
import { studentTraining } from './student-training.ts';

/** Text only: the student without views. It is the unimodal baseline, and with `folds: 2` the gate. */
export function openTextLearner(options: LearnerOptions & { dropout?: number }): Promise<RelationTrainer> {
  const { dropout = 0.1, classes } = options;
  const training = studentTraining({ classes, views: 0, dropout });
  return openRelationTrainer(
    {
      kind: 'text',
      training,
      draw: (items, random, steps) => drawStudentBatches(items, random, { steps, views: 0, viewLoss: 0, textLoss: 0, dropout }),
    },
    options,
  );
}
