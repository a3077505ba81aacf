/** ml/models/relation: the learners of MI2RAGE. See README.md. */
export { type EncodedText, encodeText } from './encode-text.ts';
export { foldOf } from './folds.ts';
export { gateWeight } from './gate-weight.ts';
export { loadLearner } from './learner-state.ts';
export { averageLogProbabilities } from './log-probabilities.ts';
export { openStudent, type StudentOptions } from './open-student.ts';
export { openStudentPredictor, type PredictItem, type StudentPredictor } from './open-student-predictor.ts';
export { openTeacher } from './open-teacher.ts';
export { openTeacherPredictor, type TeacherPredictor } from './open-teacher-predictor.ts';
export { openTextLearner } from './open-text-learner.ts';
export { RelationError } from './relation-error.ts';
export type { RelationItem } from './relation-item.ts';
export { epochsOf, type LearnerOptions, type RelationTrainer } from './relation-trainer.ts';
export { VIEW_MODES, type ViewMode } from './view-mode.ts';
