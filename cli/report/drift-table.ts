import type { HopDrift } from '../operations/drift.ts';
import { table } from '../terminal/table.ts';
import { numberCell } from './number-cell.ts';

/** A line for each hop of a modality; where several scorers judged it, one for each of them. */
export function driftTable(hops: readonly HopDrift[]): string {
  const rows = hops.flatMap((hop) => {
    const place = [
      String(hop.hop),
      String(hop.depth),
      hop.modality.toLowerCase(),
      String(hop.samples),
      String(hop.sampled),
      numberCell(hop.distanceToRoot),
      numberCell(hop.diversity),
    ];
    const [first, ...rest] = hop.information.map(({ node, scores, meanLoss, accuracy, bits }) => [
      node,
      String(scores),
      numberCell(meanLoss),
      numberCell(accuracy),
      numberCell(bits),
    ]);
    return [[...place, ...(first ?? [])], ...rest.map((cells) => [...place.map(() => ''), ...cells])];
  });
  const right = (title: string) => ({ title, align: 'right' }) as const;
  const columns = [
    right('hop'),
    right('depth'),
    { title: 'modality' },
    right('samples'),
    right('looked at'),
    right('distance'),
    right('diversity'),
    { title: 'scorer' },
    right('scores'),
    right('mean loss'),
    right('accuracy'),
    right('bits'),
  ];
  const used = columns.map((_, at) => rows.some((row) => (row[at] ?? '') !== '' && row[at] !== '-'));
  return table(
    columns.filter((_, at) => used[at]),
    rows.map((row) => columns.flatMap((_, at) => (used[at] ? [row[at] ?? ''] : []))),
  );
}
