/** Widths of the relation learners: measured on the tiny world, small enough that 250 steps take seconds. */
export const TEXT_WIDTH = 48;
/** Numbers of one (picture, pair): the frozen encoder's vector. */
export const VIEW_FEATURES = 134;
export const VIEW_HIDDEN = 64;
export const FUSION_HIDDEN = 96;
/** Instances of a training step of the student and the text learner, and of every inference call. */
export const BATCH = 64;
/** Pictures of a training step of the teacher. */
export const TEACHER_BATCH = 128;
