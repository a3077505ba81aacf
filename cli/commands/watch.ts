import type { ApiClient } from '../client/api-client.ts';
import { connect } from '../client/connect.ts';
import { resolveRunId } from '../client/resolve-run-id.ts';
import type { CommandContext } from '../command-context.ts';
import { runReport } from '../operations/run-report.ts';
import { followRun } from '../progress/follow-run.ts';
import { progressView } from '../progress/progress-view.ts';
import { metricsTable } from '../report/metrics-table.ts';
import { runResult } from '../report/run-result.ts';
import { runHeadline } from '../report/show-report.ts';

/** Follows a run until it ends. Exit code 0 only when it succeeded. */
export async function watch(context: CommandContext, given: string): Promise<number> {
  const client = await connect(context);
  return watchToEnd(context, client, await resolveRunId(client, given));
}

/** Live progress on stderr, the outcome on stdout. Ctrl-C ends the watching, not the run: exit code 130. */
export async function watchToEnd(context: CommandContext, client: ApiClient, runId: string): Promise<number> {
  const view = progressView(context);
  try {
    await followRun(client, runId, { onStatus: (status) => view.update(status), signal: context.signal });
  } catch (error) {
    view.end();
    if (!context.signal.aborted) throw error;
    context.note(`the run goes on: hopline watch ${runId}, hopline cancel ${runId}`);
    return 130;
  }
  view.end();
  const report = (await client.query(runReport, { id: runId })).run;
  if (!report) return 1;
  if (context.json) context.print(JSON.stringify(runResult(report)));
  else context.print([...(report.metrics.length > 0 ? [metricsTable(report.metrics), ''] : []), runHeadline(report)].join('\n'));
  return report.state === 'SUCCEEDED' ? 0 : 1;
}
