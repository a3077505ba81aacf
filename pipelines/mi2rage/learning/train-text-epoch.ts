import type { FoldOutput, FoldTask, StepContext } from '../../../engine/plan/step-io.ts';
import { openTextLearner } from '../../../ml/models/relation/open-text-learner.ts';
import { labelSet, relationTexts } from './relation-texts.ts';
import { trainEpoch } from './training-epoch.ts';

interface TextParams {
  steps: number;
  stepsPerEpoch: number;
  learningRate: number;
  folds?: number;
  dropout?: number;
}

/** An epoch of a learner that sees texts only. */
export async function trainTextEpoch(task: FoldTask<unknown>, context: StepContext, params: TextParams): Promise<FoldOutput> {
  const texts = await relationTexts(task.nodes, 'text');
  const labels = labelSet(texts);
  return trainEpoch(task, context, {
    kind: 'text-learner',
    open: openTextLearner,
    options: { ...params, classes: labels.length },
    items: texts.map((text) => ({ ...text, views: [], label: labels.indexOf(text.label) })),
    meta: { labels, folds: params.folds ?? 1, instances: texts.length, made: 0, kept: 0, keptByDepth: {} },
    trainedOn: texts.map((text) => text.key),
  });
}
