import type { Digest } from '../../../engine/plan/digest.ts';
import { HoplineError } from '../../../engine/plan/errors.ts';
import type { FoldOutput, FoldTask, StepContext } from '../../../engine/plan/step-io.ts';
import { openStudent } from '../../../ml/models/relation/open-student.ts';
import { labelSet, relationTexts } from './relation-texts.ts';
import { trainEpoch } from './training-epoch.ts';
import { countByDepth, type View, viewsByRoot } from './views-by-root.ts';

interface StudentParams {
  steps: number;
  stepsPerEpoch: number;
  learningRate: number;
  viewLoss: number;
  textLoss: number;
  dropout: number;
}

/** An epoch of the student. `choose`: which of the pool's views it trains on. Default: all.
 *  @throws VIEWS_MISSING when no view is left */
export async function trainStudentEpoch(
  task: FoldTask<unknown>,
  context: StepContext,
  params: StudentParams,
  choose: (views: Map<Digest, View[]>) => Map<Digest, View[]> = (views) => views,
): Promise<FoldOutput> {
  const texts = await relationTexts(task.nodes, 'text');
  const pool = viewsByRoot(await task.nodes.samples('views'));
  const views = choose(pool);
  const labels = labelSet(texts);
  const items = texts.map((text) => ({
    key: text.key,
    group: text.group,
    text: text.text,
    views: (views.get(text.rootKey) ?? []).map((view) => view.features),
    label: labels.indexOf(text.label),
  }));
  const most = Math.max(...items.map((item) => item.views.length));
  if (!(most > 0)) throw new HoplineError('VIEWS_MISSING', 'student.views must have a view of a training text, got none');
  const chosen = [...views.values()].flat();
  const keys = chosen.map((view) => view.key);
  const made = [...pool.values()].reduce((sum, own) => sum + own.length, 0);
  const { steps, stepsPerEpoch, learningRate, viewLoss, textLoss, dropout } = params;
  return trainEpoch(task, context, {
    kind: 'student',
    open: openStudent,
    options: { steps, stepsPerEpoch, learningRate, viewLoss, textLoss, dropout, classes: labels.length, views: most },
    items,
    meta: { labels, folds: 1, instances: texts.length, made, kept: keys.length, keptByDepth: countByDepth(chosen) },
    trainedOn: [...texts.map((text) => text.key), ...keys],
  });
}
