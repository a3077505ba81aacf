import type { PlanPreview } from '../operations/plan-run.ts';
import { duration } from '../terminal/duration.ts';
import { table } from '../terminal/table.ts';

/** The plan as a table, with the changed code named below it. */
export function planReport({ pipeline, seed, nodes, totals }: PlanPreview): string {
  const rows = nodes.map((node) => [
    node.name,
    node.kind,
    String(node.expected),
    String(node.cached),
    String(node.toMake),
    node.toMake > 0 ? (node.firstDifference ?? '') : '',
    node.toMake > 0 ? duration(node.predictedDeviceSeconds) : '',
  ]);
  const total = [
    '',
    'total',
    String(totals.expected),
    String(totals.cached),
    String(totals.toMake),
    '',
    totals.toMake > 0 ? duration(totals.predictedDeviceSeconds) : '',
  ];
  const changed = nodes.filter((node) => node.codeChanged);
  const notes = changed.map(
    (node) =>
      `code changed: ${node.name} (${node.step}) has other code under the same version; what exists is reused. Raise its version to make it again.`,
  );
  const columns = [
    { title: 'node' },
    { title: 'kind' },
    { title: 'expected', align: 'right' },
    { title: 'cached', align: 'right' },
    { title: 'to make', align: 'right' },
    { title: 'why', most: 60 },
    { title: 'predicted', align: 'right' },
  ] as const;
  return [
    `plan of ${pipeline}, seed ${seed}`,
    '',
    table(columns, [...rows, total]),
    ...(notes.length > 0 ? ['', ...notes] : []),
  ].join('\n');
}
