import { connect } from '../client/connect.ts';
import { resolveRunId } from '../client/resolve-run-id.ts';
import { unwrapResult } from '../client/unwrap-result.ts';
import type { CommandContext } from '../command-context.ts';
import type { ControlOperation } from '../operations/control-run.ts';

/** Sends one order to a run and prints the state that it is in then. */
export async function control(
  context: CommandContext,
  operation: ControlOperation,
  given: string,
  reason?: string,
): Promise<number> {
  const client = await connect(context);
  const runId = await resolveRunId(client, given);
  const { run } = unwrapResult((await client.query(operation, { runId, ...(reason === undefined ? {} : { reason }) })).result);
  context.print(
    context.json ? JSON.stringify({ runId, state: run.state, rootDigest: run.rootDigest }) : `run ${runId} ${run.state}`,
  );
  return 0;
}
