import pc from 'picocolors';
import type { RunComparison } from '../operations/compare-runs.ts';
import { colourState } from '../progress/progress-lines.ts';
import { type Column, table } from '../terminal/table.ts';
import { numberCell } from './number-cell.ts';

/** So many lines of metrics are read. */
const MOST_METRICS = 40;

/** Runs side by side: what they are, in which params they differ, which nodes hold the same, how many samples they share, what each measured. */
export function comparisonReport(found: RunComparison): string {
  const parts = [runsTable(found)];
  if (found.params.length > 0) parts.push(paramsTable(found));
  parts.push(nodesTable(found), ...metricsParts(found));
  return parts.join('\n\n');
}

const runColumns = ({ runs }: RunComparison, align: 'left' | 'right'): Column[] =>
  runs.map(({ runId }) => ({ title: runId, align, most: 40 }));

function runsTable({ runs, seeds, codeRevisions, rootDigests }: RunComparison): string {
  const rows = runs.map(({ runId, state, pipeline }, at) => [
    runId,
    `${pipeline.name}@${pipeline.version}`,
    String(seeds[at]),
    colourState(state),
    codeRevisions[at]?.slice(0, 12) ?? '',
    rootDigests[at]?.slice(0, 12) ?? '-',
  ]);
  return table(
    [
      { title: 'run' },
      { title: 'pipeline' },
      { title: 'seed', align: 'right' },
      { title: 'state' },
      { title: 'code' },
      { title: 'root digest' },
    ],
    rows,
  );
}

function paramsTable(found: RunComparison): string {
  const rows = found.params.map(({ path, values }) => [
    path,
    ...found.runs.map((_, at) => shown(Array.isArray(values) ? values[at] : null)),
  ]);
  return table([{ title: 'param' }, ...runColumns(found, 'left')], rows);
}

const shown = (value: unknown): string => (value === null || value === undefined ? '-' : JSON.stringify(value));

/** Nodes that all runs have alike take one word; of the others, why, and what is shared of what they hold. */
function nodesTable(found: RunComparison): string {
  const { runs, nodes } = found;
  const rows = nodes.map(({ name, same, keys, differences, items }) => {
    const holds = items.counts.some((count) => count > 0);
    const why = differences.map((difference, at) => difference ?? (keys[at + 1] === null ? 'no such node' : ''));
    return [
      name,
      same ? 'same' : pc.yellow(keys[0] === null ? 'not in the first' : 'differs'),
      holds ? String(items.shared) : '',
      ...(holds ? items.only : items.only.map(() => '')).map(String),
      same ? '' : [...new Set(why.filter(Boolean))].join('; '),
    ];
  });
  const only = runs.map(({ runId }) => ({ title: `only ${runId}`, align: 'right' }) as const);
  return table(
    [{ title: 'node' }, { title: '' }, { title: 'in all', align: 'right' }, ...only, { title: 'why', most: 60 }],
    rows,
  );
}

/** Those that differ; of two runs also by how much. */
function metricsParts(found: RunComparison): string[] {
  const { metrics, runs } = found;
  if (metrics.length === 0) return [];
  const differing = metrics.filter(({ values }) => values.some((value) => value !== values[0]));
  if (differing.length === 0) return [`all ${metrics.length} metrics are the same`];
  const pair = runs.length === 2;
  const rows = differing.slice(0, MOST_METRICS).map(({ node, name, slice, mode, values }) => {
    const [a, b] = values;
    const by = pair && a != null && b != null ? `${b > a ? '+' : ''}${numberCell(b - a)}` : '';
    return [node, mode ?? '', slice, name, ...values.map(numberCell), ...(pair ? [by] : [])];
  });
  const columns: Column[] = [
    { title: 'metric of' },
    { title: 'mode' },
    { title: 'slice' },
    { title: 'name' },
    ...runColumns(found, 'right'),
    ...(pair ? [{ title: 'change', align: 'right' } as const] : []),
  ];
  const left = differing.length - rows.length;
  const notes = [
    ...(left > 0 ? [`${left} more differ: --metric NAME, --slice NAME, or --json`] : []),
    ...(metrics.length > differing.length ? [`${metrics.length - differing.length} metrics are the same`] : []),
  ];
  return [[table(columns, rows), ...notes].join('\n')];
}
