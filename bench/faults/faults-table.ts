import { table } from '../../cli/terminal/table.ts';
import { CRASH_POINTS } from '../../engine/faults/crash-point.ts';
import { faultGroup } from './fault.ts';
import type { ProgrammeResult } from './programme.ts';
import type { StruckResult } from './results.ts';

/** What a programme found: one row a kind of fault, then the sums and the verdict. */
export function faultsTable({ reference, schedules, missed, complete }: ProgrammeResult): string {
  const struck = schedules.flatMap((schedule) => schedule.struck);
  const rows = [...grouped(struck)].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, own]) => [name, ...cells(own)]);
  rows.push(['all', ...cells(struck)]);
  const { spent, repeated } = deviceSums(schedules);
  const sum = (pick: 'lost' | 'doubled' | 'stale' | 'again'): number =>
    schedules.reduce((total, { check }) => total + (check?.[pick] ?? 0), 0);
  const damaged = (how: 'remade' | 'spoilt'): number => schedules.reduce((total, schedule) => total + schedule.damaged[how], 0);
  const failed = schedules.filter(({ failures }) => failures.length > 0);
  const digests = new Set([reference.rootDigest, ...schedules.map(({ rootDigest }) => rootDigest ?? 'none')]);
  const lines = [
    table(
      [
        { title: 'fault' },
        { title: 'count', align: 'right' },
        { title: 'by itself', align: 'right' },
        { title: 'by resume', align: 'right' },
        { title: 'as planned', align: 'right' },
        { title: 's to first new task: median', align: 'right' },
        { title: 'p95', align: 'right' },
      ],
      rows,
    ),
    '',
    `${schedules.length} runs, ${struck.length} faults, ${CRASH_POINTS.length - missed.length} of ${CRASH_POINTS.length} crash points hit`,
    `work repeated: ${((100 * repeated) / Math.max(spent, 1e-9)).toFixed(1)} % of ${spent.toFixed(1)} device-seconds`,
    `resumes that were needed: ${needed(schedules)}`,
    `stale commits ${sum('stale')}, finished tasks executed again ${sum('again')}`,
    `damaged objects: ${damaged('remade')} made again, ${damaged('spoilt')} never read again`,
    `orphan objects ${schedules.reduce((total, { orphans }) => total + orphans, 0)}`,
  ];
  if (missed.length > 0) lines.push(`crash points that nobody came by: ${missed.join(', ')}`);
  if (!complete) lines.push('the time was up first: go on with --resume');
  if (failed.length > 0) lines.push(`failed schedules: ${failed.map(({ number }) => number).join(', ')}`);
  lines.push(`lost ${sum('lost')}, doubled ${sum('doubled')}`, `root digest ${[...digests].join(', ')}`);
  return lines.join('\n');
}

function grouped(struck: readonly StruckResult[]): Map<string, StruckResult[]> {
  const groups = new Map<string, StruckResult[]>();
  for (const one of struck) {
    const name = faultGroup(one as Parameters<typeof faultGroup>[0]);
    groups.set(name, [...(groups.get(name) ?? []), one]);
  }
  return groups;
}

function cells(struck: readonly StruckResult[]): string[] {
  const by = (how: StruckResult['by']): string => String(struck.filter((one) => one.by === how).length);
  const seconds = struck.flatMap(({ firstTask }) => (firstTask === null ? [] : [firstTask])).sort((a, b) => a - b);
  const at = (share: number): string =>
    seconds.length === 0 ? '-' : seconds[Math.min(seconds.length - 1, Math.ceil(share * seconds.length) - 1)]!.toFixed(1);
  return [String(struck.length), by('itself'), by('resume'), by('planned'), at(0.5), at(0.95)];
}

/** How often, and why. */
function needed(schedules: ProgrammeResult['schedules']): string {
  const counts = new Map<string, number>();
  for (const why of schedules.flatMap(({ resumes }) => resumes)) counts.set(why, (counts.get(why) ?? 0) + 1);
  return [...counts].map(([why, count]) => `${count} ${why}`).join(', ') || 'none';
}

function deviceSums(schedules: ProgrammeResult['schedules']): { spent: number; repeated: number } {
  return schedules.reduce((sum, { device }) => ({ spent: sum.spent + device.spent, repeated: sum.repeated + device.repeated }), {
    spent: 0,
    repeated: 0,
  });
}
