/** ml/metrics: what is measured about predictions. Pure. See README.md. */
export { type BootstrapOptions, bootstrapIntervals, type Interval, quantile } from './bootstrap-intervals.ts';
export { type ClassScores, classScores, type PrecisionRecall, precisionRecall } from './class-scores.ts';
export { type ClassificationMetric, type ClassificationOptions, classificationMetrics } from './classification-metrics.ts';
export { type ConfusionMatrix, confusionMatrix } from './confusion-matrix.ts';
export type { Judged } from './judged.ts';
export { type OverallScores, overallScores } from './overall-scores.ts';
