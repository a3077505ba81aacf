import { drawStudentBatches } from './draw-student-batches.ts';
import { type LearnerOptions, openRelationTrainer, type RelationTrainer } from './relation-trainer.ts';
import { studentTraining } from './student-training.ts';

export interface StudentOptions extends LearnerOptions {
  /** M, at least 1: most views of an instance in a step. Items may have fewer; of more, the first M are used. */
  views: number;
  /** Weight of the mean cross-entropy of single views. Default 0.5. */
  viewLoss?: number;
  /** Weight of the cross-entropy of the text alone (u = 0). Default 0.5. */
  textLoss?: number;
  /** Default 0.1. */
  dropout?: number;
}

/** The multi-view student: attention of the text over any number of views. */
export function openStudent(options: StudentOptions): Promise<RelationTrainer> {
  const { classes, views, viewLoss = 0.5, textLoss = 0.5, dropout = 0.1 } = options;
  const training = studentTraining({ classes, views, dropout });
  return openRelationTrainer(
    {
      kind: 'student',
      training,
      draw: (items, random, steps) => drawStudentBatches(items, random, { steps, views, viewLoss, textLoss, dropout }),
    },
    options,
  );
}
