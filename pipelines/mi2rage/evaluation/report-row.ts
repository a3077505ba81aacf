import type { JsonObject } from '../../../engine/plan/json.ts';
import type { MetricOutput } from '../../../engine/plan/step-io.ts';

type Numbers = Record<string, number>;

/** One line of the report: a variant with one set of views. */
export interface ReportRow {
  variant: string;
  views: string;
  /** Training instances. */
  instances: number;
  /** Pictures of the training texts that the variant could have learned from, and those that it did. */
  made: number;
  kept: number;
  /** Of the kept: how many at each depth. Real pictures have depth 0. */
  keptByDepth: Record<string, number>;
  /** By slice. */
  accuracy: Numbers;
  macroF1: Numbers;
  microF1: Numbers;
  /** 95 % bootstrap intervals of the accuracy, by slice. */
  interval: Record<string, [number, number]>;
  /** Accuracy on the validation part with the same views where it was measured, by slice. */
  validation: Numbers;
}

interface Evaluation {
  variant: string;
  instances: number;
  made: number;
  kept: number;
  keptByDepth: Numbers;
  modes: Record<string, { metrics: MetricOutput[] }>;
}

/** The rows of one variant from the results of its evaluations. */
export function reportRows(test: JsonObject, validation: JsonObject): ReportRow[] {
  const { variant, instances, made, kept, keptByDepth, modes } = test as unknown as Evaluation;
  return Object.entries(modes).map(([views, { metrics }]) => {
    const validated = (validation as unknown as Evaluation).modes[views]?.metrics ?? [];
    const intervals = metrics.filter((metric) => metric.name === 'accuracy' && metric.low !== undefined);
    return {
      ...{ variant, views, instances, made, kept, keptByDepth },
      accuracy: bySlice(metrics, 'accuracy'),
      macroF1: bySlice(metrics, 'macroF1'),
      microF1: bySlice(metrics, 'microF1'),
      interval: Object.fromEntries(intervals.map(({ slice, low, high }) => [slice, [low!, high!]])),
      validation: bySlice(validated, 'accuracy'),
    };
  });
}

const bySlice = (metrics: readonly MetricOutput[], name: string): Numbers =>
  Object.fromEntries(metrics.filter((metric) => metric.name === name).map(({ slice, value }) => [slice, value]));
