import type { ApiClient } from '../client/api-client.ts';
import { connect } from '../client/connect.ts';
import { resolveRunId } from '../client/resolve-run-id.ts';
import type { CommandContext } from '../command-context.ts';
import { nodeResults } from '../operations/node-result.ts';
import { type RunReport, runReport } from '../operations/run-report.ts';
import { chooseProgressView } from '../progress/choose-progress-view.ts';
import { followRun } from '../progress/follow-run.ts';
import { insist } from '../progress/insist.ts';
import { metricsTable } from '../report/metrics-table.ts';
import { rowsTable } from '../report/rows-table.ts';
import { runResult } from '../report/run-result.ts';
import { runHeadline } from '../report/show-report.ts';
import { UsageError } from '../usage-error.ts';
import { watchEvents } from './watch-events.ts';

export interface WatchOptions {
  /** The cursor of the last event that is known. */
  after?: string;
}

/** Follows a run until it ends: its progress, or with `--json` its events. Exit code 0 only when it succeeded. */
export async function watch(context: CommandContext, given: string, { after }: WatchOptions): Promise<number> {
  if (after !== undefined && !context.json) throw new UsageError(`--after must be given with --json, got --after ${after}`);
  const client = await connect(context);
  const runId = await resolveRunId(client, given);
  if (!context.json) return watchToEnd(context, client, runId);
  return (await watchEvents(context, client, runId, after)) ? printOutcome(context, client, runId) : 130;
}

/** Live progress on stderr, the outcome on stdout. Ctrl-C ends the watching, not the run: exit code 130. */
export async function watchToEnd(context: CommandContext, client: ApiClient, runId: string): Promise<number> {
  return (await followToEnd(context, client, runId)) ? printOutcome(context, client, runId) : 130;
}

async function printOutcome(context: CommandContext, client: ApiClient, runId: string): Promise<number> {
  const report = (await insist((signal) => client.query(runReport, { id: runId }, signal), context)).run;
  if (!report) return 1;
  if (context.json) context.print(JSON.stringify(runResult(report)));
  else context.print([await outcomeTable(client, report), runHeadline(report)].filter((part) => part !== '').join('\n\n'));
  return report.state === 'SUCCEEDED' ? 0 : 1;
}

/** Live progress on stderr until the run has ended. False: Ctrl-C ended the watching, and the run goes on. */
export async function followToEnd(context: CommandContext, client: ApiClient, runId: string): Promise<boolean> {
  const view = chooseProgressView(context);
  try {
    await followRun(client, runId, { onStatus: (status) => view.update(status), signal: context.signal });
  } catch (error) {
    view.end();
    if (!context.signal.aborted) throw error;
    context.note(`the run goes on: hopline watch ${runId}, hopline cancel ${runId}`);
    return false;
  }
  view.end();
  return true;
}

/** The pipeline's own table, of the last reduces that nothing reads; else every metric. */
async function outcomeTable(client: ApiClient, report: RunReport): Promise<string> {
  const read = new Set(report.nodes.flatMap((node) => node.dependsOn));
  const last = report.nodes.filter((node) => node.kind === 'reduce' && !read.has(node.name)).map((node) => node.name);
  const found = last.length > 0 ? (await client.query(nodeResults, { id: report.runId, names: last })).run : null;
  const tables = (found?.nodes ?? []).map((node) => rowsTable(node.result)).filter((text) => text !== null);
  if (tables.length > 0) return [...tables, `every metric: hopline show ${report.runId}`].join('\n\n');
  return report.metrics.length > 0 ? metricsTable(report.metrics) : '';
}
