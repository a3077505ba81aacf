import type { Digest } from '../../../engine/plan/digest.ts';
import type { Json } from '../../../engine/plan/json.ts';
import { Philox } from '../../../engine/plan/philox.ts';
import type {
  MetricOutput,
  PredictionOutput,
  ReduceOutput,
  ReduceTask,
  SampleValue,
  StepContext,
} from '../../../engine/plan/step-io.ts';
import { classificationMetrics, confusionMatrix, type Judged } from '../../../ml/metrics/index.ts';
import { seedBytes } from '../../../ml/models/relation/learner-seed.ts';
import { openStudentPredictor } from '../../../ml/models/relation/open-student-predictor.ts';
import { readLearnerMeta } from '../learning/learner-meta.ts';
import { type RelationText, relationTexts } from '../learning/relation-texts.ts';
import { viewsByRoot } from '../learning/views-by-root.ts';
import type { EvaluationParams } from './evaluation-params.ts';

/** Predicts every text with each set of views, measures it, and keeps all predictions. `synthetic`: views of the evaluated texts. */
export async function evaluateStudent(
  { params, seed, nodes }: ReduceTask<EvaluationParams>,
  context: StepContext,
  synthetic: readonly SampleValue[] = [],
): Promise<ReduceOutput> {
  const { bytes } = await nodes.checkpoint('student');
  const { labels, instances, made, kept, keptByDepth } = readLearnerMeta(bytes);
  const texts = await relationTexts(nodes, 'text');
  const items = withViews(texts, await nodes.samples('pictures'), synthetic);
  const predictor = openStudentPredictor(bytes, { classes: labels.length, threads: context.threads });
  const metrics: MetricOutput[] = [];
  const predictions: PredictionOutput[] = [];
  const modes: Record<string, Json> = {};
  for (const mode of params.views) {
    const rows = await predictor.predict(items, mode, { floorWeight: params.floorWeight });
    const judged = texts.map((text, at) => judge(text, labels[indexOfMax(rows[at]!)]!));
    const measured = classificationMetrics(judged, {
      none: params.noneLabel ?? undefined,
      bootstrap:
        params.resamples > 0 ? { random: new Philox(seedBytes(seed), 5n << 48n), resamples: params.resamples } : undefined,
    });
    metrics.push(...measured.map((metric) => ({ ...metric, mode })));
    predictions.push(
      ...texts.map((text, at) => ({ sampleKey: text.key, label: judged[at]!.predicted, logProbabilities: rows[at]!, mode })),
    );
    modes[mode] = { metrics: measured.map((metric) => ({ ...metric })), confusion: asJson(confusionMatrix(judged)) };
  }
  const { variant, part } = params;
  return {
    metrics,
    predictions,
    result: { variant, part, labels, instances, made, kept, keptByDepth, texts: texts.length, modes },
  };
}

function withViews(texts: readonly RelationText[], real: readonly SampleValue[], synthetic: readonly SampleValue[]) {
  const [realViews, syntheticViews] = [viewsByRoot(real), viewsByRoot(synthetic)];
  const features = (views: ReturnType<typeof viewsByRoot>, root: Digest): Float32Array[] =>
    (views.get(root) ?? []).map((view) => view.features);
  return texts.map((text) => ({
    text: text.text,
    real: features(realViews, text.rootKey),
    synthetic: features(syntheticViews, text.rootKey),
  }));
}

const judge = (text: RelationText, predicted: string): Judged => ({
  gold: text.label,
  predicted,
  slice: text.slice,
  unit: text.instance,
});
const indexOfMax = (row: readonly number[]): number => row.indexOf(Math.max(...row));
const asJson = ({ labels, counts }: ReturnType<typeof confusionMatrix>): Json => ({
  labels: [...labels],
  counts: counts.map((row) => [...row]),
});
