import { type BootstrapOptions, bootstrapIntervals } from './bootstrap-intervals.ts';
import { classScores } from './class-scores.ts';
import { type ConfusionMatrix, confusionMatrix } from './confusion-matrix.ts';
import type { Judged } from './judged.ts';
import { overallScores } from './overall-scores.ts';

export interface ClassificationMetric {
  /** `accuracy`, `microF1`, `macroPrecision` ...; of single classes `precision`, `recall`, `f1`, `support`. */
  name: string;
  /** `all`, a slice, or a class. */
  slice: string;
  value: number;
  low?: number;
  high?: number;
}

export interface ClassificationOptions {
  /** Left out of micro and macro scores. */
  none?: string | undefined;
  /** Intervals for the overall scores. Default: none. */
  bootstrap?: BootstrapOptions | undefined;
}

/** Everything that is reported about a list of predictions: overall scores for all rows and each slice, then each class over all rows. */
export function classificationMetrics(rows: readonly Judged[], options: ClassificationOptions = {}): ClassificationMetric[] {
  if (rows.length === 0) return [];
  const slices = [...new Set(rows.map((row) => row.slice))].sort();
  const parts = [{ slice: 'all', rows }, ...slices.map((slice) => ({ slice, rows: rows.filter((row) => row.slice === slice) }))];
  const labels = [...new Set(rows.flatMap((row) => [row.gold, row.predicted]))].sort();
  const overall = parts.flatMap((part) => sliceMetrics(part.slice, part.rows, labels, options));
  return [...overall, ...classMetrics(rows)];
}

function sliceMetrics(
  slice: string,
  rows: readonly Judged[],
  labels: readonly string[],
  { none, bootstrap }: ClassificationOptions,
): ClassificationMetric[] {
  const statistics = (cells: readonly number[]): Record<string, number> => flatten(overallScores(fromCells(cells, labels), none));
  const units = byUnit(rows).map((unit) => unit.map((row) => cellOf(row, labels)));
  const intervals = bootstrap ? bootstrapIntervals(units, statistics, bootstrap) : {};
  return Object.entries(statistics(units.flat())).map(([name, value]) => ({ name, slice, value, ...intervals[name] }));
}

/** A row as the place of its cell in the flat confusion matrix: a thousand resamples count numbers, not words. */
const cellOf = (row: Judged, labels: readonly string[]): number =>
  labels.indexOf(row.gold) * labels.length + labels.indexOf(row.predicted);

function fromCells(cells: readonly number[], labels: readonly string[]): ConfusionMatrix {
  const flat = new Int32Array(labels.length ** 2);
  for (const cell of cells) flat[cell]! += 1;
  return { labels, counts: labels.map((_, row) => Array.from(flat.subarray(row * labels.length, (row + 1) * labels.length))) };
}

function flatten({ accuracy, micro, macro }: ReturnType<typeof overallScores>): Record<string, number> {
  return {
    accuracy,
    microPrecision: micro.precision,
    microRecall: micro.recall,
    microF1: micro.f1,
    macroPrecision: macro.precision,
    macroRecall: macro.recall,
    macroF1: macro.f1,
  };
}

const classMetrics = (rows: readonly Judged[]): ClassificationMetric[] =>
  classScores(confusionMatrix(rows)).flatMap(({ label, ...scores }) =>
    Object.entries(scores).map(([name, value]) => ({ name, slice: label, value })),
  );

/** Rows by unit, in the order of the units' names. */
function byUnit(rows: readonly Judged[]): Judged[][] {
  const units = new Map<string, Judged[]>();
  for (const row of rows) {
    const own = units.get(row.unit);
    if (own) own.push(row);
    else units.set(row.unit, [row]);
  }
  return [...units.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, own]) => own);
}
