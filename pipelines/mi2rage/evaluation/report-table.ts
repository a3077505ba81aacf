import type { ReportRow } from './report-row.ts';

const percent = (share: number | undefined): string => (share === undefined ? '-' : (100 * share).toFixed(1));

/** The report as a Markdown table: accuracy and macro F1 on the test part, in per cent, by slice. */
export function reportTable(rows: readonly ReportRow[]): string {
  const slices = [...new Set(rows.flatMap((row) => Object.keys(row.accuracy)))].sort(
    (a, b) => place(a) - place(b) || (a < b ? -1 : 1),
  );
  const head = [
    'variant',
    'views',
    ...slices.map((slice) => `accuracy ${slice}`),
    ...slices.map((slice) => `F1 ${slice}`),
    'made',
    'kept',
  ];
  const lines = rows.map((row) => [
    row.variant,
    row.views,
    ...slices.map((slice) => `${percent(row.accuracy[slice])}${interval(row.interval[slice])}`),
    ...slices.map((slice) => percent(row.macroF1[slice])),
    String(row.made),
    String(row.kept),
  ]);
  return `${[head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`;
}

const interval = (found: [number, number] | undefined): string => (found ? ` [${percent(found[0])}, ${percent(found[1])}]` : '');
/** `all` first, then `explicit`, then the rest by name. */
const place = (slice: string): number => ['all', 'explicit'].indexOf(slice) >>> 0;
