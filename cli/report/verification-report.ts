import pc from 'picocolors';
import type { Verification } from '../operations/verify-run.ts';
import { colourState } from '../progress/progress-lines.ts';
import { printable } from '../terminal/printable.ts';
import { table } from '../terminal/table.ts';
import { numberCell } from './number-cell.ts';

/** How reproducible a run is: what came out the same, by node, and the first things that did not. */
export function verificationReport(runId: string, found: Verification): string {
  const { run, share, seed, tasks, of, leftOut, match, withinTolerance, mismatch } = found;
  const parts = [
    `run ${runId}, verified by ${run.runId} ${colourState(run.state)}: ${tasks} of ${of} tasks again (share ${share}, seed ${seed})`,
  ];
  if (leftOut > 0) parts.push(pc.dim(`${leftOut} more were a server's and are left out: they would be paid again`));
  if (found.groups.length > 0) parts.push('', groupsTable(found));
  if (mismatch > 0) parts.push('', ...mismatchesPart(found));
  const made = match + withinTolerance + mismatch;
  const verdict =
    mismatch > 0 ? pc.red(`${mismatch} of ${made} came out otherwise`) : pc.green(`all ${made} came out as they should`);
  if (made > 0) parts.push('', verdict);
  return parts.join('\n');
}

function groupsTable({ groups }: Verification): string {
  const rows = groups.map((group) => [
    group.node,
    group.step,
    group.determinism,
    [group.provider, group.device].filter(Boolean).join(' '),
    String(group.match),
    String(group.withinTolerance),
    String(group.mismatch - group.missing),
    String(group.missing),
    numberCell(group.largestDifference),
  ]);
  return table(
    [
      { title: 'node' },
      { title: 'step' },
      { title: 'promised' },
      { title: 'on' },
      { title: 'same', align: 'right' },
      { title: 'tolerated', align: 'right' },
      { title: 'different', align: 'right' },
      { title: 'missing', align: 'right' },
      { title: 'largest difference', align: 'right' },
    ],
    rows,
  );
}

function mismatchesPart({ mismatches, mismatch }: Verification): string[] {
  const rows = mismatches.edges.map(({ node }) => [
    node.node,
    node.key.slice(0, 12),
    node.expected.slice(0, 12),
    node.found?.slice(0, 12) ?? '-',
    numberCell(node.difference),
    printable(node.reason ?? ''),
  ]);
  const columns = [
    { title: 'differs in' },
    { title: 'key' },
    { title: 'stored' },
    { title: 'came out' },
    { title: 'by', align: 'right' },
    { title: '', most: 80 },
  ] as const;
  const more = mismatch - rows.length;
  return [table(columns, rows), ...(more > 0 ? [pc.dim(`and ${more} more`)] : [])];
}
