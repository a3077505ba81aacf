import { HoplineError } from '../../engine/plan/errors.ts';
import { connect } from '../client/connect.ts';
import { resolveRunId } from '../client/resolve-run-id.ts';
import type { CommandContext } from '../command-context.ts';
import { runReport } from '../operations/run-report.ts';
import { attemptTotals } from '../report/attempts-report.ts';
import { runResult } from '../report/run-result.ts';
import { showReport } from '../report/show-report.ts';

/** A run's nodes, starts, attempts, metrics and failures. */
export async function show(context: CommandContext, given: string): Promise<number> {
  const client = await connect(context);
  const { run } = await client.query(runReport, { id: await resolveRunId(client, given) });
  if (!run) throw new HoplineError('RUN_NOT_FOUND', `run must exist, got ${given}`, { hint: 'hopline runs' });
  const {
    params,
    labels,
    codeRevision,
    environment,
    parent,
    verifies,
    remake,
    cancelRequestedAt,
    executions,
    attemptCounts,
    nodes,
    spending,
    nodeSpending,
  } = run;
  context.print(
    context.json
      ? JSON.stringify({
          ...runResult(run),
          params,
          labels,
          codeRevision,
          environment,
          parentRunId: parent?.runId ?? null,
          verifiesRunId: verifies?.runId ?? null,
          remake,
          cancelRequestedAt,
          executions,
          attempts: attemptTotals(attemptCounts),
          attemptsByNode: attemptCounts,
          spending,
          spendingByNode: nodeSpending.filter((node) => node.spending !== null),
          nodes,
          failures: run.failures.edges.map(({ node }) => node),
        })
      : showReport(run),
  );
  return 0;
}
