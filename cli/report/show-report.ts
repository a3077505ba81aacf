import pc from 'picocolors';
import { jsonObject } from '../client/json-object.ts';
import type { RunReport } from '../operations/run-report.ts';
import { colourState } from '../progress/progress-lines.ts';
import { duration } from '../terminal/duration.ts';
import { printable } from '../terminal/printable.ts';
import { table } from '../terminal/table.ts';
import { attemptsLine } from './attempts-report.ts';
import { metricsTable } from './metrics-table.ts';
import { secondsOf } from './run-seconds.ts';
import { spendingLine } from './spending-line.ts';

/** A run on one page: what it is, its nodes, its metrics, its failures. */
export function showReport(run: RunReport): string {
  const parts = [runHeadline(run), `params ${JSON.stringify(run.params)}`, codeLine(run)];
  const labels = Object.entries(jsonObject(run.labels)).map(([name, value]) => printable(`${name}=${String(value)}`));
  if (labels.length > 0) parts.push(`labels ${labels.join(', ')}`);
  if (run.verifies) parts.push(`it verifies ${run.verifies.runId}; what it found: hopline verify ${run.runId} --latest`);
  else if (run.parent)
    parts.push(`again after ${run.parent.runId}; made again: ${run.remake.join(', ') || 'only what was missing'}`);
  const attempts = attemptsLine(run.attemptCounts);
  if (attempts) parts.push(attempts);
  const spending = spendingLine(run);
  if (spending) parts.push(spending);
  parts.push('', nodesTable(run));
  if (run.metrics.length > 0) parts.push('', metricsTable(run.metrics));
  if (run.failures.edges.length > 0) parts.push('', failuresTable(run));
  return parts.join('\n');
}

/** The code of the launch; with resumes, of each start. */
function codeLine({ codeRevision, executions }: RunReport): string {
  if (executions.length < 2) return `code ${codeRevision}`;
  return `code ${executions.map((start) => `${start.codeRevision} (${start.reason.toLowerCase()} ${start.startedAt.slice(0, 19)})`).join(', ')}`;
}

/** State, counts, time, root digest, and why it failed when it did. */
export function runHeadline(run: RunReport): string {
  const { progress } = run;
  const attempts = run.attempts > 1 ? `, ${run.attempts} attempts` : '';
  const lines = [
    `run ${run.runId} ${colourState(run.state)}  ${run.pipeline.name}@${run.pipeline.version}, seed ${run.seed}${attempts}`,
    `${progress.made} made, ${progress.cached} reused, ${progress.failed} failed of ${progress.total}; ${duration(secondsOf(run))}, ${duration(progress.deviceSeconds)} of device time`,
    `root digest ${run.rootDigest ?? '-'}`,
  ];
  if (run.error)
    lines.push(pc.red(`error[${run.error.code}] ${run.error.message}`), ...(run.error.hint ? [`hint: ${run.error.hint}`] : []));
  if (run.cancelRequestedAt && !run.finished) lines.push('it is being cancelled');
  if (run.state === 'FAILED' || run.state === 'CANCELLED') lines.push(`go on with it: hopline resume ${run.runId}`);
  return lines.join('\n');
}

function nodesTable(run: RunReport): string {
  const rows = run.nodes.map((node) => [
    node.name,
    node.kind,
    node.step,
    node.state,
    `${node.done}/${node.total}`,
    String(node.cached),
    String(node.failed),
    duration(node.deviceSeconds),
    node.error ? `${node.error.code}: ${node.error.message}` : '',
  ]);
  return table(
    [
      { title: 'node' },
      { title: 'kind' },
      { title: 'step' },
      { title: 'state' },
      { title: 'done', align: 'right' },
      { title: 'reused', align: 'right' },
      { title: 'failed', align: 'right' },
      { title: 'device', align: 'right' },
      { title: 'error', most: 80 },
    ],
    rows,
  );
}

/** One line a cause; below, one example of each in its own words, and what helps. */
function failuresTable(run: RunReport): string {
  const failures = run.failures.edges.map(({ node }) => node);
  const rows = failures.map(({ node, cause, count, example }) => [node, String(count), cause, example?.slice(0, 12) ?? '']);
  const columns = [
    { title: 'failed in' },
    { title: 'how often', align: 'right' },
    { title: 'cause', most: 100 },
    { title: 'example' },
  ] as const;
  const words = failures.flatMap(({ node, reason, remedy }) => [`${node}: ${reason}`, `hint: ${remedy}`]);
  return [table(columns, rows), '', ...words].join('\n');
}
