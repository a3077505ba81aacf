import { table } from '../../cli/terminal/table.ts';
import type { ScenarioResult } from './run-scenario.ts';

/** Who did what, and what it cost. */
export function scenarioTable(results: readonly ScenarioResult[]): string {
  const right = { align: 'right' } as const;
  const columns = [
    { title: 'scenario' },
    { title: 'seconds', ...right },
    { title: 'tasks of C', ...right },
    { title: 'of D', ...right },
    { title: 'superseded', ...right },
    { title: 'failed', ...right },
    { title: 'given back', ...right },
    { title: 'refused', ...right },
    { title: 'longest still, s', ...right },
    { title: 'C back after, s', ...right },
    { title: 'root digest' },
    { title: '' },
  ];
  const rows = results.map(({ name, seconds, byHost, lost, refused, still, back, rootDigest, note }) => [
    name.replaceAll('_', ' '),
    seconds.toFixed(1),
    `${byHost.c}`,
    `${byHost.d}`,
    `${lost.superseded}`,
    `${lost.failed}`,
    `${lost.released}`,
    `${refused}`,
    still.toFixed(1),
    back === 0 ? '' : back.toFixed(1),
    rootDigest.slice(0, 12),
    note,
  ]);
  return table(columns, rows);
}
