import type { Digest } from '../../../engine/plan/digest.ts';
import type { FoldOutput, FoldTask, StepContext } from '../../../engine/plan/step-io.ts';
import { openTeacher } from '../../../ml/models/relation/open-teacher.ts';
import { labelSet, relationTexts } from './relation-texts.ts';
import { trainEpoch } from './training-epoch.ts';
import { viewsByRoot } from './views-by-root.ts';

interface TeacherParams {
  steps: number;
  stepsPerEpoch: number;
  learningRate: number;
  folds: number;
}

/** An epoch of the teacher. `weights`: by root, how often an instance is drawn; none: all alike. */
export async function trainTeacherEpoch(
  task: FoldTask<unknown>,
  context: StepContext,
  params: TeacherParams,
  weights?: ReadonlyMap<Digest, number>,
): Promise<FoldOutput> {
  const texts = await relationTexts(task.nodes, 'text');
  const views = viewsByRoot(await task.nodes.samples('views'));
  const labels = labelSet(texts);
  const items = texts.map((text) => ({
    key: text.key,
    group: text.group,
    text: text.text,
    views: (views.get(text.rootKey) ?? []).map((view) => view.features),
    label: labels.indexOf(text.label),
    weight: weights?.get(text.rootKey) ?? 1,
  }));
  const keys = [...views.values()].flat().map((view) => view.key);
  return trainEpoch(task, context, {
    kind: 'teacher',
    open: openTeacher,
    options: { ...params, classes: labels.length },
    items,
    meta: { labels, folds: params.folds, instances: texts.length, made: keys.length, kept: keys.length },
    trainedOn: [...texts.map((text) => text.key), ...keys],
  });
}
