import { connect } from '../client/connect.ts';
import { resolveRunId } from '../client/resolve-run-id.ts';
import { unwrapResult } from '../client/unwrap-result.ts';
import type { CommandContext } from '../command-context.ts';
import { type RerunInput, rerun as rerunRun } from '../operations/rerun.ts';
import { UsageError } from '../usage-error.ts';
import { watchToEnd } from './watch.ts';

export interface RerunOptions {
  from?: string;
  all?: boolean;
  detach?: boolean;
}

/** A new run of the same request: from a node on, or everything, is made again; without either, only what is missing. It is watched.
 *  Exit code 0 only when it succeeded. */
export async function rerun(context: CommandContext, given: string, options: RerunOptions): Promise<number> {
  const choice = choiceOf(options);
  const client = await connect(context);
  const parentRunId = await resolveRunId(client, given);
  const { run } = unwrapResult((await client.query(rerunRun, { runId: parentRunId, ...choice })).rerun);
  const { runId, state, rootDigest, remake } = run;
  if (options.detach) {
    context.print(context.json ? JSON.stringify({ runId, state, rootDigest, parentRunId, remake }) : `run ${runId}`);
    if (!context.json) context.note(`hopline watch ${runId}`);
    return 0;
  }
  context.note(`run ${runId}, again after ${parentRunId}; made again: ${remake.join(', ') || 'only what is missing'}`);
  return watchToEnd(context, client, runId);
}

function choiceOf({ from, all }: RerunOptions): Omit<RerunInput, 'runId'> {
  if (from !== undefined && all) throw new UsageError(`--from and --all must not be given together, got --from ${from}`);
  if (from !== undefined) return { strategy: 'FROM_NODE', fromNode: from };
  return all ? { strategy: 'ALL', reuse: false } : { strategy: 'FROM_FAILURE' };
}
