import pc from 'picocolors';
import type { Impact } from '../operations/lineage.ts';
import { table } from '../terminal/table.ts';
import { metricsTable } from './metrics-table.ts';

/** What depends on a sample: counts, the checkpoints that saw it, the metrics that were measured on them. */
export function impactReport(impact: Impact): string {
  const parts = [impactCounts(impact)];
  for (const runId of impact.runs) {
    const measured = impact.metrics.filter((metric) => metric.run.runId === runId);
    if (measured.length > 0) parts.push('', `run ${runId}`, metricsTable(measured));
  }
  return parts.join('\n');
}

/** The same without the metrics themselves. */
export function impactCounts(impact: Impact): string {
  const parts = [
    `downstream: ${impact.samples} samples, ${impact.scores} scores, ${impact.decisions} decisions, ${impact.checkpoints.length} checkpoints, ${impact.metrics.length} metrics in ${impact.runs.length} runs`,
  ];
  if (impact.truncated)
    parts.push(pc.yellow('there is more: 10,000 of each are counted, and what hangs on the others is missing'));
  if (impact.checkpoints.length > 0)
    parts.push(
      '',
      table([{ title: 'checkpoint' }, { title: 'node' }, { title: 'epochs' }, { title: 'run' }], checkpointRows(impact)),
    );
  return parts.join('\n');
}

/** One row a fold: its last state stands for all. */
function checkpointRows({ checkpoints }: Impact): string[][] {
  const folds = new Map<string, { key: string; node: string; run: string; epochs: number[] }>();
  for (const { key, node, run, epoch } of checkpoints) {
    const fold = folds.get(`${run.runId} ${node}`) ?? { key, node, run: run.runId, epochs: [] };
    if (fold.epochs.every((other) => other < epoch)) fold.key = key;
    fold.epochs.push(epoch);
    folds.set(`${run.runId} ${node}`, fold);
  }
  return [...folds.values()].map(({ key, node, epochs, run }) => [
    key.slice(0, 12),
    node,
    `${Math.min(...epochs)} to ${Math.max(...epochs)}`,
    run,
  ]);
}
