export { accuracy } from './accuracy.ts';
export { type BootstrapOptions, bootstrapInterval, type Interval, quantile } from './bootstrap-interval.ts';
export { bySlice } from './by-slice.ts';
export { type ClassReport, type ClassReportOptions, classReport, type PrecisionRecall } from './class-report.ts';
export { type Confusion, confusion } from './confusion.ts';
export type { LabelledPrediction } from './prediction.ts';
