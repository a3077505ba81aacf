import type { Digest } from '../../../engine/plan/digest.ts';
import type { FoldOutput, FoldTask, StepContext } from '../../../engine/plan/step-io.ts';
import { openTeacher } from '../../../ml/models/relation/open-teacher.ts';
import { labelSet, type RelationText, relationTexts } from './relation-texts.ts';
import { trainEpoch } from './training-epoch.ts';
import { countByDepth, viewsByRoot } from './views-by-root.ts';

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
  const all = [...views.values()].flat();
  const keys = all.map((view) => view.key);
  const trained = await trainEpoch(task, context, {
    kind: 'teacher',
    open: openTeacher,
    options: { ...params, classes: labels.length },
    items,
    meta: {
      labels,
      folds: params.folds,
      instances: texts.length,
      made: keys.length,
      kept: keys.length,
      keptByDepth: countByDepth(all),
    },
    trainedOn: [...texts.map((text) => text.key), ...keys],
  });
  return { ...trained, metrics: { ...trained.metrics, ...(weights ? meanWeights(texts, weights) : {}) } };
}

/** Mean gate weight by slice: how well the gate tells texts that state their relation from those that don't. */
function meanWeights(texts: readonly RelationText[], weights: ReadonlyMap<Digest, number>): Record<string, number> {
  const slices = [...new Set(texts.map((text) => text.slice))].sort();
  return Object.fromEntries(
    slices.map((slice) => {
      const own = texts.filter((text) => text.slice === slice).map((text) => weights.get(text.rootKey) ?? 0);
      return [`gateWeight/${slice}`, own.reduce((sum, weight) => sum + weight, 0) / own.length];
    }),
  );
}
