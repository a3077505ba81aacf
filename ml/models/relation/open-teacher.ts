import { drawTeacherBatches } from './draw-teacher-batches.ts';
import { type LearnerOptions, openRelationTrainer, type RelationTrainer } from './relation-trainer.ts';
import { teacherTraining } from './teacher-training.ts';

/** The teacher: one random view of an instance drawn in proportion to its weight. Items without a view are passed over.
 *  150 steps are enough: it then has learned and not yet memorised. */
export function openTeacher(options: LearnerOptions): Promise<RelationTrainer> {
  return openRelationTrainer(
    {
      kind: 'teacher',
      training: teacherTraining(options.classes),
      draw: (items, random, steps) =>
        drawTeacherBatches(
          items.filter((item) => item.views.length > 0),
          random,
          steps,
        ),
    },
    options,
  );
}
