import { connect } from '../client/connect.ts';
import { resolveRunId } from '../client/resolve-run-id.ts';
import { unwrapResult } from '../client/unwrap-result.ts';
import type { CommandContext } from '../command-context.ts';
import { resumeRun } from '../operations/resume-run.ts';
import { resumeReport } from '../report/resume-report.ts';
import { watchToEnd } from './watch.ts';

/** Goes on with a run, says with what, and watches it. A run that goes on by itself after an interruption is watched as well.
 *  Exit code 0 only when it succeeded. */
export async function resume(context: CommandContext, given: string, options: { detach?: boolean }): Promise<number> {
  const client = await connect(context);
  const runId = await resolveRunId(client, given);
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
