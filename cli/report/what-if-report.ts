import pc from 'picocolors';
import type { WhatIf, WhatIfSample } from '../operations/what-if.ts';
import { type Column, table } from '../terminal/table.ts';
import { numberCell } from './number-cell.ts';
import { sampleContent } from './sample-content.ts';

/** What another rule would have kept: counts by class and hop, then a few of those that change sides. `pictures`: paths by sample key. */
export function whatIfReport(
  { runId, node }: { runId: string; node: string },
  answer: WhatIf,
  pictures: ReadonlyMap<string, string>,
): string {
  const { candidates, keptNow, keptThen, gainedCount, lostCount } = answer;
  const parts = [
    `${node} of run ${runId}: ${candidates} candidates, ${keptNow} kept now, ${keptThen} then; ${gainedCount} would enter, ${lostCount} leave`,
    '',
    groupsTable(answer),
  ];
  if (gainedCount > 0)
    parts.push('', ...samplesPart(pc.green('entering'), 'lowest loss first', answer.gained.edges, gainedCount, pictures));
  if (lostCount > 0)
    parts.push('', ...samplesPart(pc.red('leaving'), 'highest loss first', answer.lost.edges, lostCount, pictures));
  return parts.join('\n');
}

function groupsTable({ groups, ...total }: WhatIf): string {
  const labelled = groups.some(({ label }) => label !== null);
  const columns: Column[] = [
    ...(labelled ? [{ title: 'class' }] : []),
    ...['hop', 'candidates', 'kept now', 'kept then', 'entering', 'leaving'].map((title) => ({ title, align: 'right' }) as const),
  ];
  const rows = groups.map(({ label, hop, candidates, keptNow, keptThen, gained, lost }) => [
    ...(labelled ? [label ?? '-'] : []),
    ...[hop, candidates, keptNow, keptThen, gained, lost].map(String),
  ]);
  const all = [total.candidates, total.keptNow, total.keptThen, total.gainedCount, total.lostCount].map(String);
  return table(columns, groups.length > 1 ? [...rows, labelled ? ['total', '', ...all] : ['total', ...all]] : rows);
}

function samplesPart(
  title: string,
  order: string,
  samples: readonly WhatIfSample[],
  count: number,
  pictures: ReadonlyMap<string, string>,
): string[] {
  const rows = samples.map(({ loss, node }) => [
    node.key.slice(0, 12),
    String(node.hop),
    numberCell(loss),
    sampleContent(node, pictures),
  ]);
  const columns = [
    { title: 'sample' },
    { title: 'hop', align: 'right' },
    { title: 'score', align: 'right' },
    { title: '' },
  ] as const;
  const more = count - samples.length;
  const ranked = samples.some(({ loss }) => loss !== null);
  return [ranked ? `${title}, ${order}` : title, table(columns, rows), ...(more > 0 ? [pc.dim(`and ${more} more`)] : [])];
}
