import { connect } from '../client/connect.ts';
import { resolveRunId } from '../client/resolve-run-id.ts';
import { unwrapResult } from '../client/unwrap-result.ts';
import type { CommandContext } from '../command-context.ts';
import { resumeRuns } from '../operations/bulk-runs.ts';
import { resumeRun } from '../operations/resume-run.ts';
import { oneOrMany } from '../options/one-or-many.ts';
import type { RunFilterOptions } from '../program/run-filter-options.ts';
import { resumeReport } from '../report/resume-report.ts';
import { controlMany, type Order } from './control-many.ts';
import { watchToEnd } from './watch.ts';

export interface ResumeOptions extends RunFilterOptions {
  detach?: boolean;
  yes?: boolean;
}

/** Goes on with a run, says with what, and watches it; or with all that a filter lets through, without watching. A run that goes on by itself
 *  after an interruption is watched as well. Exit code 0 only when it succeeded. */
export async function resume(context: CommandContext, given: string | undefined, options: ResumeOptions): Promise<number> {
  const which = oneOrMany('resume', given, options);
  if ('filter' in which) {
    const order: Order = {
      verb: 'resumed',
      filter: which.filter,
      states: ['FAILED', 'CANCELLED', 'PAUSED'],
      send: async (client, filter) => unwrapResult((await client.query(resumeRuns, { filter })).result),
    };
    return controlMany(context, order, options.yes);
  }
  const client = await connect(context);
  const runId = await resolveRunId(client, which.run);
  const resumption = unwrapResult((await client.query(resumeRun, { runId })).result);
  if (!options.detach) {
    context.note(resumeReport(resumption));
    return watchToEnd(context, client, runId);
  }
  const { run, ...rest } = resumption;
  context.print(
    context.json
      ? JSON.stringify({ runId, state: run.state, rootDigest: run.rootDigest, attempts: run.attempts, ...rest })
      : resumeReport(resumption),
  );
  if (!context.json && !run.finished) context.note(`hopline watch ${runId}`);
  return 0;
}
