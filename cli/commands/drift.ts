import { HoplineError } from '../../engine/plan/errors.ts';
import { connect } from '../client/connect.ts';
import { resolveRunId } from '../client/resolve-run-id.ts';
import type { CommandContext } from '../command-context.ts';
import { drift as askDrift } from '../operations/drift.ts';
import { driftTable } from '../report/drift-table.ts';

/** What is lost from hop to hop: distance to the real samples, diversity, and what scorers still find of the label. */
export async function drift(context: CommandContext, given: string): Promise<number> {
  const client = await connect(context);
  const runId = await resolveRunId(client, given);
  const { run } = await client.query(askDrift, { id: runId });
  if (!run) throw new HoplineError('RUN_NOT_FOUND', `run must exist, got ${given}`, { hint: 'hopline runs' });
  if (context.json) context.print(JSON.stringify({ runId, hops: run.drift }));
  else if (run.drift.length === 0) context.print(`run ${runId} has made no samples`);
  else {
    context.print(driftTable(run.drift));
    context.note('distance: of words to the real text, 0 to 1. diversity: distinct-2. bits: about the label, at least');
  }
  return 0;
}
