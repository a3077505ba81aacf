import type { Metric } from '../operations/run-report.ts';
import { type Column, table } from '../terminal/table.ts';

/** So many numbers beside each other fit a screen. */
const MOST_COLUMNS = 8;

/** The metrics of a run, a line for each node, mode and slice, a column for each name. Where some come with an interval those are the
 *  overall ones, and the rest (a class's precision) is left to `--json`. */
export function metricsTable(metrics: readonly Metric[]): string {
  const overall = metrics.filter((metric) => metric.low !== null);
  const shown = overall.length > 0 ? overall : metrics;
  const names = [...new Set(shown.map((metric) => metric.name))].slice(0, MOST_COLUMNS);
  const lines = new Map<string, Metric[]>();
  for (const metric of shown) {
    const place = JSON.stringify([metric.node, metric.mode ?? '', metric.slice]);
    lines.set(place, [...(lines.get(place) ?? []), metric]);
  }
  const rows = [...lines].map(([place, found]) => [
    ...(JSON.parse(place) as string[]),
    ...names.map((name) => found.find((metric) => metric.name === name)?.value.toFixed(4) ?? ''),
    found[0]?.checkpoint?.slice(0, 12) ?? '',
  ]);
  const numbers: Column[] = names.map((title) => ({ title, align: 'right' }));
  return table([{ title: 'node' }, { title: 'mode' }, { title: 'slice' }, ...numbers, { title: 'checkpoint' }], rows);
}
