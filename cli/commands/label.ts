import { connect } from '../client/connect.ts';
import { jsonObject } from '../client/json-object.ts';
import { resolveRunId } from '../client/resolve-run-id.ts';
import { unwrapResult } from '../client/unwrap-result.ts';
import type { CommandContext } from '../command-context.ts';
import { labelRun } from '../operations/label-run.ts';
import { nameValues } from '../options/name-values.ts';
import { printable } from '../terminal/printable.ts';

/** Gives labels to a run, or takes them away; the others stay. */
export async function label(context: CommandContext, given: string, pairs: readonly string[]): Promise<number> {
  const labels = nameValues('label', pairs);
  const client = await connect(context);
  const runId = await resolveRunId(client, given);
  const { run } = unwrapResult((await client.query(labelRun, { runId, labels })).labelRun);
  const words = Object.entries(jsonObject(run.labels)).map(([name, value]) => printable(`${name}=${String(value)}`));
  context.print(context.json ? JSON.stringify(run) : `run ${runId} ${words.length > 0 ? words.join(', ') : 'has no labels'}`);
  return 0;
}
