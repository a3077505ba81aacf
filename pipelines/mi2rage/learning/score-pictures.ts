import { HoplineError } from '../../../engine/plan/errors.ts';
import type { CheckpointValue, MapOutput, MapTask, StepContext } from '../../../engine/plan/step-io.ts';
import { foldOf } from '../../../ml/models/relation/folds.ts';
import { openTeacherPredictor } from '../../../ml/models/relation/open-teacher-predictor.ts';
import { readLearnerMeta } from './learner-meta.ts';
import { type RelationText, relationText } from './relation-texts.ts';

export type ScoreSource = 'train' | 'trajectory' | 'out-of-fold';

/** Loss of each picture under its instance's label. `values`: the class log-probabilities, by label (`trajectory`: of the last state). */
export async function scorePictures(task: MapTask<unknown>, context: StepContext, source: ScoreSource): Promise<MapOutput[]> {
  const states = source === 'trajectory' ? await task.nodes.trajectory('teacher') : [await task.nodes.checkpoint('teacher')];
  const { labels, folds } = readLearnerMeta(states[0]!.bytes);
  if (source === 'out-of-fold' && folds === 1) {
    throw new HoplineError('PARAMS_INVALID', 'teacher.folds must be at least 2 for out-of-fold scores, got 1');
  }
  const items = task.items.map((item) => ({ text: relationText(item.inputs.text!), features: item.inputs.features!.features! }));
  const sums = new Float64Array(items.length);
  let last: number[][] = [];
  for (const state of states) {
    last = await predict(state, items, { classes: labels.length, folds, threads: context.threads });
    for (const [at, row] of last.entries()) sums[at]! -= row[labels.indexOf(items[at]!.text.label)]!;
  }
  return items.map((_, at) => ({
    loss: sums[at]! / states.length,
    values: Object.fromEntries(labels.map((label, index) => [label, last[at]![index]!])),
  }));
}

/** Each item by the model of its own fold, which is the one that hasn't seen it. */
async function predict(
  state: CheckpointValue,
  items: readonly { text: RelationText; features: Float32Array }[],
  { classes, folds, threads }: { classes: number; folds: number; threads: number },
): Promise<number[][]> {
  const found = new Array<number[]>(items.length);
  for (let fold = 0; fold < folds; fold++) {
    const own = [...items.keys()].filter((at) => folds === 1 || foldOf(items[at]!.text.group, folds) === fold);
    const predictor = await openTeacherPredictor(state.bytes, { classes, fold, threads });
    try {
      const rows = await predictor.predict(own.map((at) => items[at]!.features));
      for (const [row, at] of own.entries()) found[at] = rows[row]!;
    } finally {
      await predictor.close();
    }
  }
  return found;
}
