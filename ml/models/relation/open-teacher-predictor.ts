import { defineInference, openInference } from '../../nn/index.ts';
import { loadLearner } from './learner-state.ts';
import { logProbabilities } from './log-probabilities.ts';
import type { PredictorOptions } from './open-student-predictor.ts';
import { TEACHER_BATCH, VIEW_FEATURES } from './sizes.ts';
import { teacherLogits } from './teacher-logits.ts';

export interface TeacherPredictor {
  /** Class log-probabilities of each view. The loss of a view is minus that of its label. */
  predict(views: readonly Float32Array[]): Promise<number[][]>;
  close(): Promise<void>;
}

/** Reads a checkpoint of the teacher. Fixed batches, so a view's numbers don't depend on the others. */
export async function openTeacherPredictor(
  state: Uint8Array,
  { threads = 1, classes, fold = 0 }: PredictorOptions,
): Promise<TeacherPredictor> {
  const inference = defineInference({
    inputs: [{ name: 'view', shape: [TEACHER_BATCH, VIEW_FEATURES], dtype: 'float32' }],
    forward: (scope, { view }) => ({ logits: teacherLogits(scope, view, classes) }),
  });
  const model = await openInference(inference, loadLearner(state).states[fold]!.params, { threads });
  return {
    async predict(views) {
      const found: number[][] = [];
      for (let start = 0; start < views.length; start += TEACHER_BATCH) {
        const batch = views.slice(start, start + TEACHER_BATCH);
        const data = new Float32Array(TEACHER_BATCH * VIEW_FEATURES);
        for (const [row, view] of batch.entries()) data.set(view, row * VIEW_FEATURES);
        const { logits } = await model.run({ view: { data, shape: [TEACHER_BATCH, VIEW_FEATURES] } });
        for (const row of batch.keys()) {
          found.push(logProbabilities((logits.data as Float32Array).subarray(row * classes, (row + 1) * classes)));
        }
      }
      return found;
    },
    close: () => model.close(),
  };
}
